import { expect, test } from "vitest";
import { createAlgorithm } from "../../src/scheduler/algorithm.ts";
import { loadWorkload } from "../../src/workload/bench/load-workload.ts";
import { fillCluster, scheduleWorkload } from "../../src/workload/schedule-workload.ts";
import { digestsAt, recordedRun } from "./recorded.ts";

const WORKLOADS = [["SchedulingBasic", "500"]] as const;

for (const [name, size] of WORKLOADS)
  for (const percentage of ["default", "100"])
    for (const fast of [true, false])
      test(`${name}-${size}, percentage ${percentage} > the ${fast ? "fast" : "scalar"} path decides as kube-scheduler v1.36.2 did`, () => {
        const recorded = recordedRun(name, size, percentage);
        const cluster = loadWorkload({ name, size }).make();
        const algorithm = createAlgorithm({
          fast,
          ...(percentage !== "default" && { percentageOfNodesToScore: Number(percentage) }),
        });
        fillCluster(algorithm, cluster);
        const placements = scheduleWorkload(algorithm, cluster);
        expect(placements.nodes.slice(0, recorded.first.length)).toEqual(recorded.first);
        const checkpoints = [...(recorded.checkpoints ?? []), { pods: recorded.pods, digest: recorded.digest }];
        const counts = checkpoints.map(({ pods }) => pods);
        expect(digestsAt(placements.nodes, counts)).toEqual(checkpoints.map(({ digest }) => digest));
      });
