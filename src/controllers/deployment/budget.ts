import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import { scaledValue } from "../int-or-percent.ts";

/** The replicas that the Deployment wants (default 1). */
export function desiredReplicas(deployment: Deployment): number {
  return deployment.spec.replicas ?? 1;
}

/** The replicas that a ReplicaSet wants (default 1). */
export function sizeOf(replicaSet: ReplicaSet): number {
  return replicaSet.spec.replicas ?? 1;
}

/** Sum of what the ReplicaSets want. */
export function totalSize(replicaSets: readonly ReplicaSet[]): number {
  let total = 0;
  for (const replicaSet of replicaSets) total += sizeOf(replicaSet);
  return total;
}

/** Sum of available replicas by the ReplicaSets' statuses. */
export function totalAvailable(replicaSets: readonly ReplicaSet[]): number {
  let total = 0;
  for (const replicaSet of replicaSets) total += replicaSet.status?.availableReplicas ?? 0;
  return total;
}

/** Whether the strategy is RollingUpdate. */
export function isRollingUpdate(deployment: Deployment): boolean {
  return deployment.spec.strategy?.type === "RollingUpdate";
}

export interface Fenceposts {
  readonly surge: number;
  readonly unavailable: number;
}

/** Surge rounded up and unavailable rounded down; both 0 would block a rollout, so unavailable is then 1. */
export function fenceposts(
  maxSurge: number | string | undefined,
  maxUnavailable: number | string | undefined,
  desired: number,
): Fenceposts {
  const surge = scaledValue(maxSurge, desired, true);
  const unavailable = scaledValue(maxUnavailable, desired, false);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** Pods above the desired number that a rollout may have. */
export function maxSurge(deployment: Deployment): number {
  if (!isRollingUpdate(deployment)) return 0;
  const rolling = deployment.spec.strategy?.rollingUpdate;
  return fenceposts(rolling?.maxSurge, rolling?.maxUnavailable, desiredReplicas(deployment)).surge;
}

/** Pods below the desired number that a rollout may lack. */
export function maxUnavailable(deployment: Deployment): number {
  const desired = desiredReplicas(deployment);
  if (!isRollingUpdate(deployment) || desired === 0) return 0;
  const rolling = deployment.spec.strategy?.rollingUpdate;
  return Math.min(desired, fenceposts(rolling?.maxSurge, rolling?.maxUnavailable, desired).unavailable);
}

/** Pods that must stay available during a rolling update. */
export function minAvailable(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? desiredReplicas(deployment) - maxUnavailable(deployment) : 0;
}

/** The size to which the new ReplicaSet may grow now, all sizes counted. */
export function newReplicaSetSize(deployment: Deployment, all: readonly ReplicaSet[], newSize: number): number {
  const desired = desiredReplicas(deployment);
  if (!isRollingUpdate(deployment)) return desired;
  const room = desired + scaledValue(deployment.spec.strategy?.rollingUpdate?.maxSurge, desired, true) - totalSize(all);
  return room <= 0 ? newSize : newSize + Math.min(room, desired - newSize);
}
