import type { Millis } from "../../base/units.ts";
import { timestamp } from "../../base/time.ts";
import { deepEqual } from "../../api/equal.ts";
import type { ReplicaSetCondition, ReplicaSetStatus } from "../../api/types/apps-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { isAvailable, isReady } from "../pods.ts";
import type { ReplicaOwner } from "./kinds.ts";

/** Why pods could not be made or removed. */
export interface Failure {
  readonly reason: "FailedCreate" | "FailedDelete";
  readonly message: string;
}

/** What the owner's status is calculated from. */
export interface Census {
  readonly active: readonly Pod[];
  /** Undefined for kinds that do not count them. */
  readonly terminating: number | undefined;
  readonly failure: Failure | undefined;
  readonly now: Millis;
}

/** The status by the pods that there are. */
export function replicaStatus(owner: ReplicaOwner, { active, terminating, failure, now }: Census): ReplicaSetStatus {
  const templateLabels = owner.spec.template?.metadata?.labels ?? {};
  const minReadySeconds = owner.spec.minReadySeconds ?? 0;
  let labelled = 0;
  let ready = 0;
  let available = 0;
  for (const pod of active) {
    if (hasLabels(pod, templateLabels)) labelled += 1;
    if (!isReady(pod)) continue;
    ready += 1;
    if (isAvailable(pod, minReadySeconds, now)) available += 1;
  }
  const conditions = conditionsAfter(owner.status?.conditions, failure, now);
  const generation = owner.metadata.generation ?? 0;
  return {
    replicas: active.length,
    ...(labelled > 0 && { fullyLabeledReplicas: labelled }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    ...(terminating !== undefined && { terminatingReplicas: terminating }),
    ...(generation > 0 && { observedGeneration: generation }),
    ...(conditions !== undefined && conditions.length > 0 && { conditions }),
  };
}

/** Whether the stored status already says so. */
export function sameReplicaStatus(owner: ReplicaOwner, status: ReplicaSetStatus): boolean {
  const stored = owner.status;
  return (
    stored !== undefined &&
    stored.replicas === status.replicas &&
    (stored.fullyLabeledReplicas ?? 0) === (status.fullyLabeledReplicas ?? 0) &&
    (stored.readyReplicas ?? 0) === (status.readyReplicas ?? 0) &&
    (stored.availableReplicas ?? 0) === (status.availableReplicas ?? 0) &&
    stored.terminatingReplicas === status.terminatingReplicas &&
    (stored.observedGeneration ?? 0) === (status.observedGeneration ?? 0) &&
    deepEqual(stored.conditions ?? [], status.conditions ?? [])
  );
}

function hasLabels(pod: Pod, labels: { readonly [key: string]: string }): boolean {
  for (const key in labels) if (pod.metadata.labels?.[key] !== labels[key]) return false;
  return true;
}

/** The first failure stays until there is none. */
function conditionsAfter(
  conditions: readonly ReplicaSetCondition[] | undefined,
  failure: Failure | undefined,
  now: Millis,
): readonly ReplicaSetCondition[] | undefined {
  const current = conditions?.find(({ type }) => type === "ReplicaFailure");
  if (failure === undefined)
    return current === undefined ? conditions : conditions?.filter((condition) => condition !== current);
  if (current !== undefined) return conditions;
  return [
    ...(conditions ?? []),
    { type: "ReplicaFailure", status: "True", lastTransitionTime: timestamp(now), ...failure },
  ];
}
