import type { Deployment, DeploymentCondition } from "../../api/types/apps-v1.ts";

const MAX_INT32 = 0x7fffffff;

/** Whether the Deployment wants to be told when it makes no progress. */
export function hasProgressDeadline(deployment: Deployment): boolean {
  const seconds = deployment.spec.progressDeadlineSeconds;
  return seconds !== undefined && seconds !== MAX_INT32;
}

/** A condition that changed now. */
export function newCondition(
  type: string,
  status: "True" | "False" | "Unknown",
  [reason, message]: readonly [string, string],
  time: string,
): DeploymentCondition {
  return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message };
}

/** The condition of a type. */
export function conditionOf(
  conditions: readonly DeploymentCondition[] | undefined,
  type: string,
): DeploymentCondition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Puts a condition at the end in place of the one of its type; nothing changes when status and reason are the same. */
export function withCondition(
  conditions: readonly DeploymentCondition[] | undefined,
  condition: DeploymentCondition,
): readonly DeploymentCondition[] {
  const current = conditionOf(conditions, condition.type);
  if (current?.status === condition.status && current.reason === condition.reason) return conditions ?? [];
  const transition = current?.status === condition.status ? current.lastTransitionTime : condition.lastTransitionTime;
  return [
    ...withoutCondition(conditions, condition.type),
    { ...condition, ...(transition !== undefined && { lastTransitionTime: transition }) },
  ];
}

/** The conditions but for one type; the same array when there is none of it. */
export function withoutCondition(
  conditions: readonly DeploymentCondition[] | undefined,
  type: string,
): readonly DeploymentCondition[] {
  if (conditions === undefined) return [];
  return conditionOf(conditions, type) === undefined ? conditions : conditions.filter((other) => other.type !== type);
}
