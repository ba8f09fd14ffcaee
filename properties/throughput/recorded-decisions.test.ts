import { describe, expect, test } from "vitest";
import { createAlgorithm } from "../../src/scheduler/algorithm.ts";
import { loadWorkload } from "../../src/workload/bench/load-workload.ts";
import { fillCluster, scheduleWorkload } from "../../src/workload/schedule-workload.ts";
import { workloadObjects } from "../../src/workload/workload-objects.ts";
import { digestsAt, recordedRun, recordedSizes } from "./recorded.ts";

/** All recorded workloads of 500 nodes; larger sizes have the same rules and take longer. */
const RUNS = recordedSizes().filter(([, size]) => size === "500");

/** percentageOfNodesToScore and path; the scalar path over all nodes is left to SchedulingBasic, below. */
const VARIANTS = [
  ["default", true],
  ["100", true],
  ["default", false],
] as const;

function replay(workload: string, size: string, percentage: string, fast: boolean) {
  const cluster = loadWorkload({ name: workload, size }).make();
  const algorithm = createAlgorithm({
    fast,
    objects: workloadObjects(cluster.objects),
    ...(percentage !== "default" && { percentageOfNodesToScore: Number(percentage) }),
  });
  fillCluster(algorithm, cluster);
  return { ...scheduleWorkload(algorithm, cluster), algorithm };
}

function expectRecorded(workload: string, size: string, percentage: string, fast: boolean): void {
  const recorded = recordedRun(workload, size, percentage);
  const { nodes, unscheduled, evaluated, feasible } = replay(workload, size, percentage, fast);
  expect(nodes.slice(0, recorded.first.length)).toEqual(recorded.first);
  const checkpoints = [...(recorded.checkpoints ?? []), { pods: recorded.pods, digest: recorded.digest }];
  const counts = checkpoints.map(({ pods }) => pods);
  expect(digestsAt(nodes, counts)).toEqual(checkpoints.map(({ digest }) => digest));
  expect({ unscheduled, evaluated, feasible }).toEqual({
    unscheduled: recorded.unscheduled,
    evaluated: recorded.evaluated,
    feasible: recorded.feasible,
  });
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
