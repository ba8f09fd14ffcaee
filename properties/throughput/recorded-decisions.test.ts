import { describe, expect, test } from "vitest";
import { loadWorkload } from "../../src/workload/bench/load-workload.ts";
import { scheduleWorkload } from "../../src/workload/schedule-workload.ts";
import { algorithmFor } from "../../src/workload/workload-algorithm.ts";
import { digestsAt, recordedRun, recordedSizes } from "./recorded.ts";

/** All recorded workloads of at most 500 nodes by both paths, and the first pods of larger ones by the fast path. */
const RUNS = recordedSizes().filter(([, size]) => Number(size) <= 500);
const LARGE_RUNS = recordedSizes().filter(([, size]) => Number(size) > 500);

/** percentageOfNodesToScore, path, and how many pods at most: one run is whole, the others end at the first checkpoint. */
const VARIANTS = [
  ["default", true, Number.POSITIVE_INFINITY],
  ["100", true, 500],
  ["default", false, 500],
] as const;

function replay(workload: string, size: string, percentage: string, fast: boolean, pods = Number.POSITIVE_INFINITY) {
  const made = loadWorkload({ name: workload, size }).make();
  const cluster = { ...made, measured: made.measured.slice(0, pods) };
  const options = percentage === "default" ? { fast } : { fast, percentageOfNodesToScore: Number(percentage) };
  const algorithm = algorithmFor(cluster, options);
  return { ...scheduleWorkload(algorithm, cluster), algorithm };
}

function expectRecorded(workload: string, size: string, percentage: string, fast: boolean, pods?: number): void {
  const recorded = recordedRun(workload, size, percentage);
  const { nodes, unscheduled, evaluated, feasible, algorithm } = replay(workload, size, percentage, fast, pods);
  expect(nodes.slice(0, recorded.first.length)).toEqual(recorded.first);
  const all = [...(recorded.checkpoints ?? []), { pods: recorded.pods, digest: recorded.digest }];
  const checkpoints = all.filter((one) => one.pods <= nodes.length);
  expect(checkpoints.length).toBeGreaterThan(0);
  const counts = checkpoints.map(({ pods }) => pods);
  expect(digestsAt(nodes, counts)).toEqual(checkpoints.map(({ digest }) => digest));
  if (nodes.length < recorded.pods) return;
  expect({ unscheduled, evaluated, feasible }).toEqual({
    unscheduled: recorded.unscheduled,
    evaluated: recorded.evaluated,
    feasible: recorded.feasible,
  });
  const { victims } = recorded;
  if (victims === undefined) return;
  expect(algorithm.victims?.slice(0, victims.first.length)).toEqual(victims.first);
  expect(digestsAt(algorithm.victims ?? [], [victims.count])).toEqual([victims.digest]);
}

describe.each(RUNS)("%s with %s nodes", (workload, size) => {
  for (const [percentage, fast, pods] of VARIANTS)
    test(`percentage ${percentage}, ${fast ? "fast" : "scalar"} path > decides as kube-scheduler v1.36.2 did`, () => {
      expectRecorded(workload, size, percentage, fast, pods);
    });
});

describe.each(LARGE_RUNS)("%s with %s nodes", (workload, size) => {
  for (const [percentage, pods] of [
    ["default", 2000],
    ["100", 500],
  ] as const)
    test(`percentage ${percentage}, fast path > decides as kube-scheduler v1.36.2 did`, { timeout: 600_000 }, () => {
      expectRecorded(workload, size, percentage, true, pods);
    });
});

test("SchedulingBasic with 500 nodes > the scalar path over all nodes decides as kube-scheduler v1.36.2 did", () => {
  expectRecorded("SchedulingBasic", "500", "100", false);
});

test("fast path > decides for equal pods from columns", () => {
  const { algorithm } = replay("SchedulingBasic", "500", "default", true);
  expect(algorithm.fastDecisions).toBeGreaterThan(900);
  expect(algorithm.fastDecisions + algorithm.scalarDecisions).toBe(1000);
});

test("scalar path > looks at nodes one by one when the fast one is off", () => {
  const { algorithm } = replay("SchedulingBasic", "500", "default", false);
  expect([algorithm.fastDecisions, algorithm.scalarDecisions]).toEqual([0, 1000]);
});

test("digest > a single other choice is noticed", () => {
  const { nodes } = replay("SchedulingBasic", "500", "default", false);
  const other = nodes.with(17, "node-00000");
  expect(digestsAt(other, [17, 18])[0]).toBe(digestsAt(nodes, [17])[0]);
  expect(digestsAt(other, [18])).not.toEqual(digestsAt(nodes, [18]));
});
