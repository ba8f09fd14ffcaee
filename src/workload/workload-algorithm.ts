import { type AlgorithmOptions, type SchedulingAlgorithm, createAlgorithm } from "../scheduler/algorithm.ts";
import type { WorkloadCluster } from "./cluster-of.ts";
import { createPreemptingAlgorithm } from "./preempting-algorithm.ts";
import { workloadObjects } from "./workload-objects.ts";

/** An algorithm, and whom it evicted if its pods may preempt. */
export interface WorkloadAlgorithm extends SchedulingAlgorithm {
  readonly victims?: readonly string[];
}

/** The algorithm that a workload asks for, told of the nodes, the objects and the pods that are bound before the clock starts. */
export function algorithmFor(cluster: WorkloadCluster, options: AlgorithmOptions = {}): WorkloadAlgorithm {
  const all = { ...options, objects: workloadObjects(cluster.objects), volumes: true } as const;
  const algorithm = cluster.preempt ? createPreemptingAlgorithm(all) : createAlgorithm(all);
  for (const node of cluster.nodes) algorithm.addNode(node);
  for (const pod of cluster.bound) algorithm.addPod(pod);
  return algorithm;
}
