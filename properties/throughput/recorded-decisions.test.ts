import { describe, expect, test } from "vitest";
import { loadWorkload } from "../../src/workload/bench/load-workload.ts";
import { scheduleWorkload } from "../../src/workload/schedule-workload.ts";
import { algorithmFor } from "../../src/workload/workload-algorithm.ts";
import { digestsAt, recordedRun, recordedSizes } from "./recorded.ts";

/** All recorded workloads of at most 500 nodes; larger sizes have the same rules and take longer. */
const RUNS = recordedSizes().filter(([, size]) => Number(size) <= 500);

/** percentageOfNodesToScore and path; the scalar path over all nodes is left to SchedulingBasic, below. */
const VARIANTS = [
  ["default", true],
  ["100", true],
  ["default", false],
] as const;

function replay(workload: string, size: string, percentage: string, fast: boolean) {
  const cluster = loadWorkload({ name: workload, size }).make();
  const options = percentage === "default" ? { fast } : { fast, percentageOfNodesToScore: Number(percentage) };
  const algorithm = algorithmFor(cluster, options);
  return { ...scheduleWorkload(algorithm, cluster), algorithm };
}

function expectRecorded(workload: string, size: string, percentage: string, fast: boolean): void {
  const recorded = recordedRun(workload, size, percentage);
  const { nodes, unscheduled, evaluated, feasible, algorithm } = replay(workload, size, percentage, fast);
  expect(nodes.slice(0, recorded.first.length)).toEqual(recorded.first);
  const checkpoints = [...(recorded.checkpoints ?? []), { pods: recorded.pods, digest: recorded.digest }];
  const counts = checkpoints.map(({ pods }) => pods);
  expect(digestsAt(nodes, counts)).toEqual(checkpoints.map(({ digest }) => digest));
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
  for (const [percentage, fast] of VARIANTS)
    test(`percentage ${percentage}, ${fast ? "fast" : "scalar"} path > decides as kube-scheduler v1.36.2 did`, () => {
      expectRecorded(workload, size, percentage, fast);
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
