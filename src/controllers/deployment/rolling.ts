import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import { desiredReplicas, minAvailable, newReplicaSetSize, sizeOf, totalAvailable, totalSize } from "./budget.ts";
import { activeOf, allOf } from "./history.ts";
import type { History } from "./history.ts";

/** A ReplicaSet and the size that it gets. */
export interface Resize {
  readonly replicaSet: ReplicaSet;
  readonly size: number;
}

/** One step of a rolling update: the new ReplicaSet's size if that changes, else the old ones' sizes. */
export function rollingStep(deployment: Deployment, history: History, newReplicaSet: ReplicaSet): readonly Resize[] {
  const all = allOf(history);
  const size = sizeOf(newReplicaSet);
  const desired = desiredReplicas(deployment);
  const target = size >= desired ? desired : newReplicaSetSize(deployment, all, size);
  if (target !== size) return [{ replicaSet: newReplicaSet, size: target }];
  return shrinkOld(deployment, all, activeOf(history.old), newReplicaSet);
}

function shrinkOld(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  old: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet,
): readonly Resize[] {
  if (old.length === 0) return [];
  const floor = minAvailable(deployment);
  const newUnavailable = sizeOf(newReplicaSet) - (newReplicaSet.status?.availableReplicas ?? 0);
  const room = totalSize(all) - floor - newUnavailable;
  if (room <= 0) return [];
  const sizes = new Map(old.map((replicaSet) => [replicaSet, sizeOf(replicaSet)]));
  cleanUpUnhealthy(sizes, room);
  spendAvailable(sizes, totalAvailable([...old, newReplicaSet]) - floor);
  const resizes: Resize[] = [];
  for (const [replicaSet, size] of sizes) if (size !== sizeOf(replicaSet)) resizes.push({ replicaSet, size });
  return resizes;
}

/** Replicas that are not available cost nothing, so they go first: oldest ReplicaSet first, at most `room`. */
function cleanUpUnhealthy(sizes: Map<ReplicaSet, number>, room: number): void {
  let left = room;
  for (const [replicaSet, size] of sizes) {
    if (left <= 0) return;
    const unhealthy = size - (replicaSet.status?.availableReplicas ?? 0);
    if (size === 0 || unhealthy === 0) continue;
    const down = Math.min(left, unhealthy);
    sizes.set(replicaSet, size - down);
    left -= down;
  }
}

/** Takes the available replicas above the minimum from the oldest ReplicaSets. */
function spendAvailable(sizes: Map<ReplicaSet, number>, budget: number): void {
  let left = budget;
  for (const [replicaSet, size] of sizes) {
    if (left <= 0) return;
    const down = Math.min(size, left);
    sizes.set(replicaSet, size - down);
    left -= down;
  }
}
