import type { Pod } from "../api/types/core-v1.ts";
import type { SchedulingAlgorithm } from "../scheduler/algorithm.ts";
import type { Churn, WorkloadCluster } from "./cluster-of.ts";

/** What was decided for the measured pods. */
export interface Placements {
  /** Node of each pod in order; "" for one that fits nowhere. */
  readonly nodes: readonly string[];
  readonly unscheduled: number;
  /** Nodes looked at and nodes found fit, summed over all cycles, those of churn pods included. */
  readonly evaluated: number;
  readonly feasible: number;
}

/**
 * Runs the scheduling cycle for each measured pod: decide, assume, next. Nothing is bound and no event is handled.
 * `lap` is called before the first pod and after each, for a clock.
 */
export function scheduleWorkload(
  algorithm: SchedulingAlgorithm,
  cluster: WorkloadCluster,
  lap?: () => void,
): Placements {
  const nodes: string[] = [];
  const sums = { unscheduled: 0, evaluated: 0, feasible: 0 };
  const attempt = (pod: Pod): string => {
    const outcome = algorithm.schedule(pod);
    sums.evaluated += outcome.evaluated;
    sums.feasible += outcome.feasible;
    if (outcome.node === undefined) return "";
    algorithm.assume(pod, outcome.node);
    return outcome.node;
  };
  const churned = new Set<string>();
  lap?.();
  for (const [index, pod] of cluster.measured.entries()) {
    for (const churn of cluster.churn) if (index % churn.every === 0) step(churn, index, algorithm, churned, attempt);
    const node = attempt(pod);
    if (node === "") sums.unscheduled += 1;
    nodes.push(node);
    lap?.();
  }
  return { nodes, ...sums };
}

function step(
  churn: Churn,
  index: number,
  algorithm: SchedulingAlgorithm,
  churned: Set<string>,
  attempt: (pod: Pod) => string,
): void {
  if (churn.pod !== undefined) attempt(churn.pod(index));
  if (churn.node === undefined) return;
  const node = churn.node(index);
  const { name } = node.metadata;
  if (churned.delete(name)) algorithm.removeNode(name);
  else {
    churned.add(name);
    algorithm.addNode(node);
  }
}
