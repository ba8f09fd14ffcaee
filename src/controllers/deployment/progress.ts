import type { Millis } from "../../base/units.ts";
import { parseTimestamp, timestamp } from "../../base/time.ts";
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from "../../api/types/apps-v1.ts";
import { desiredReplicas } from "./budget.ts";
import { conditionOf, hasProgressDeadline, newCondition, withCondition, withoutCondition } from "./conditions.ts";
import { calculatedStatus, withConditions } from "./status.ts";

const NEW_AVAILABLE = "NewReplicaSetAvailable";
const PROGRESSING = "Progressing";

/** All replicas are of the new template, available, and there are no others. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const desired = desiredReplicas(deployment);
  return (
    (status.updatedReplicas ?? 0) === desired &&
    (status.replicas ?? 0) === desired &&
    (status.availableReplicas ?? 0) === desired &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** More updated, ready or available replicas than before, or fewer old ones. */
export function isProgressing(deployment: Deployment, status: DeploymentStatus): boolean {
  const before = deployment.status;
  const oldBefore = (before?.replicas ?? 0) - (before?.updatedReplicas ?? 0);
  const oldNow = (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (status.updatedReplicas ?? 0) > (before?.updatedReplicas ?? 0) ||
    oldNow < oldBefore ||
    (status.readyReplicas ?? 0) > (before?.readyReplicas ?? 0) ||
    (status.availableReplicas ?? 0) > (before?.availableReplicas ?? 0)
  );
}

/** The status during a rollout: counters, Available, Progressing and ReplicaFailure. */
export function rolloutStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
  now: Millis,
): DeploymentStatus {
  const status = calculatedStatus(deployment, all, newReplicaSet, timestamp(now));
  const watched = hasProgressDeadline(deployment);
  const progressing = watched
    ? progressConditions(deployment, status, newReplicaSet, now)
    : withoutCondition(status.conditions, PROGRESSING);
  const failure = replicaFailure(all, newReplicaSet);
  return withConditions(
    status,
    failure === undefined ? withoutCondition(progressing, "ReplicaFailure") : withCondition(progressing, failure),
  );
}

function progressConditions(
  deployment: Deployment,
  status: DeploymentStatus,
  newReplicaSet: ReplicaSet | undefined,
  now: Millis,
): readonly DeploymentCondition[] {
  const conditions = status.conditions ?? [];
  const current = conditionOf(deployment.status?.conditions, PROGRESSING);
  if ((status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === NEW_AVAILABLE) return conditions;
  const subject =
    newReplicaSet === undefined
      ? `Deployment "${deployment.metadata.name}"`
      : `ReplicaSet "${newReplicaSet.metadata.name}"`;
  const time = timestamp(now);
  if (isComplete(deployment, status)) {
    const reason = [NEW_AVAILABLE, `${subject} has successfully progressed.`] as const;
    return withCondition(conditions, newCondition(PROGRESSING, "True", reason, time));
  }
  if (isProgressing(deployment, status)) {
    const reason = ["ReplicaSetUpdated", `${subject} is progressing.`] as const;
    const condition = newCondition(PROGRESSING, "True", reason, time);
    const since = current?.status === "True" ? current.lastTransitionTime : undefined;
    return [
      ...withoutCondition(conditions, PROGRESSING),
      since === undefined ? condition : { ...condition, lastTransitionTime: since },
    ];
  }
  if (isTimedOut(deployment, conditionOf(conditions, PROGRESSING), now)) {
    const reason = ["ProgressDeadlineExceeded", `${subject} has timed out progressing.`] as const;
    return withCondition(conditions, newCondition(PROGRESSING, "False", reason, time));
  }
  return conditions;
}

function isTimedOut(deployment: Deployment, condition: DeploymentCondition | undefined, now: Millis): boolean {
  if (condition === undefined || condition.reason === NEW_AVAILABLE) return false;
  if (condition.reason === "ProgressDeadlineExceeded") return true;
  return deadline(deployment, condition) < now;
}

function deadline(deployment: Deployment, condition: DeploymentCondition): Millis {
  return parseTimestamp(condition.lastUpdateTime ?? "") + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000;
}

/** When to look again for lack of progress; undefined when nothing is awaited. */
export function progressCheckAfter(deployment: Deployment, status: DeploymentStatus, now: Millis): Millis | undefined {
  const current = conditionOf(deployment.status?.conditions, PROGRESSING);
  if (!hasProgressDeadline(deployment) || current === undefined) return undefined;
  if (isComplete(deployment, status) || current.reason === "ProgressDeadlineExceeded") return undefined;
  const after = deadline(deployment, current) - now;
  if (!Number.isFinite(after)) return undefined;
  // A rollout that was complete once never times out: upstream looks again and again, at its queue's limit, and does nothing.
  if (after < 0 && current.reason === NEW_AVAILABLE) return undefined;
  return after < 1000 ? Math.max(5, after + 1) : after + 1000;
}

/** A ReplicaSet's failure to make or remove pods, the new one's first. */
function replicaFailure(
  all: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
): DeploymentCondition | undefined {
  const failures = (newReplicaSet === undefined ? all : [newReplicaSet, ...all]).flatMap(
    (replicaSet) => replicaSet.status?.conditions?.filter((condition) => condition.type === "ReplicaFailure") ?? [],
  );
  const first = failures[0];
  if (first === undefined) return undefined;
  return { ...first, ...(first.lastTransitionTime !== undefined && { lastUpdateTime: first.lastTransitionTime }) };
}
