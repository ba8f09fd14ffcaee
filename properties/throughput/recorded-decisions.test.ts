import { describe, expect, test } from "vitest";
import { createAlgorithm } from "../../src/scheduler/algorithm.ts";
import { loadWorkload } from "../../src/workload/bench/load-workload.ts";
import { fillCluster, scheduleWorkload } from "../../src/workload/schedule-workload.ts";
import { workloadObjects } from "../../src/workload/workload-objects.ts";
import { digestsAt, recordedRun } from "./recorded.ts";

/** Workload and size of the recorded runs that are replayed here; larger sizes have the same rules and take longer. */
const RUNS: readonly (readonly [workload: string, size: string])[] = [
  ["HeterogeneousOpenb", "500"],
  ["MixedSchedulingBasePod", "500"],
  ["NodeAffinityLargeSelector", "500"],
  ["SchedulingBasic", "500"],
  ["SchedulingCSIPVs", "500"],
  ["SchedulingDaemonset", "500"],
  ["SchedulingInTreePVs", "500"],
  ["SchedulingNodeAffinity", "500"],
  ["SchedulingSecrets", "500"],
  ["SchedulingWithMixedChurn", "500"],
  ["Unschedulable", "500"],
];

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

describe.each(RUNS)("%s with %s nodes", (workload, size) => {
  for (const percentage of ["default", "100"])
    for (const fast of [true, false])
      test(`percentage ${percentage}, ${fast ? "fast" : "scalar"} path > decides as kube-scheduler v1.36.2 did`, () => {
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
      });
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
