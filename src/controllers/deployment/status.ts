import { deepEqual } from "../../api/equal.ts";
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from "../../api/types/apps-v1.ts";
import { desiredReplicas, maxUnavailable, totalAvailable, totalSize } from "./budget.ts";
import { newCondition, withCondition } from "./conditions.ts";

/** Counters and the Available condition, from the ReplicaSets' statuses; other conditions stay as they are. */
export function calculatedStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
  time: string,
): DeploymentStatus {
  const availableReplicas = totalAvailable(all);
  const enough = availableReplicas >= desiredReplicas(deployment) - maxUnavailable(deployment);
  const available = enough
    ? newCondition("Available", "True", ["MinimumReplicasAvailable", "Deployment has minimum availability."], time)
    : newCondition(
        "Available",
        "False",
        ["MinimumReplicasUnavailable", "Deployment does not have minimum availability."],
        time,
      );
  const terminating = terminatingReplicas(all);
  let replicas = 0;
  let readyReplicas = 0;
  for (const { status } of all) {
    replicas += status?.replicas ?? 0;
    readyReplicas += status?.readyReplicas ?? 0;
  }
  return compact({
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas,
    updatedReplicas: newReplicaSet?.status?.replicas ?? 0,
    readyReplicas,
    availableReplicas,
    unavailableReplicas: Math.max(0, totalSize(all) - availableReplicas),
    ...(terminating !== undefined && { terminatingReplicas: terminating }),
    ...(deployment.status?.collisionCount !== undefined && { collisionCount: deployment.status.collisionCount }),
    conditions: withCondition(deployment.status?.conditions, available),
  });
}

/** The status with other conditions. */
export function withConditions(status: DeploymentStatus, conditions: readonly DeploymentCondition[]): DeploymentStatus {
  return { ...status, conditions };
}

/** Whether a write would change anything. */
export function sameStatus(a: DeploymentStatus | undefined, b: DeploymentStatus): boolean {
  return deepEqual(a ?? {}, b);
}

/** Leaves out counters that are 0, as their JSON form does (omitempty). */
function compact(status: DeploymentStatus): DeploymentStatus {
  const compacted: { [field: string]: unknown } = {};
  for (const [field, value] of Object.entries(status))
    if (value !== 0 || field === "terminatingReplicas" || field === "collisionCount") compacted[field] = value;
  return compacted;
}

/** Unknown while a ReplicaSet that was observed does not say. */
function terminatingReplicas(all: readonly ReplicaSet[]): number | undefined {
  let total = 0;
  for (const { status } of all) {
    if (status?.terminatingReplicas !== undefined) total += status.terminatingReplicas;
    else if ((status?.observedGeneration ?? 0) !== 0) return undefined;
  }
  return total;
}
