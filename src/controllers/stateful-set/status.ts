import type { Millis } from "../../base/units.ts";
import type { StatefulSet, StatefulSetStatus } from "../../api/types/apps-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { isAvailable } from "../pods.ts";
import { isRunningAndReady, revisionOf } from "./pods.ts";

/** Names of the revisions between which a set rolls. */
export interface Revisions {
  readonly current: string;
  readonly update: string;
  readonly collisionCount: number;
}

/** Counters of a set's pods. */
export interface Counts {
  readonly replicas: number;
  readonly ready: number;
  readonly available: number;
  readonly current: number;
  readonly updated: number;
}

/** Counts pods; those that are ending count in no revision. */
export function countPods(pods: readonly Pod[], set: StatefulSet, revisions: Revisions, now: Millis): Counts {
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  let [ready, available, current, updated] = [0, 0, 0, 0];
  for (const pod of pods) {
    if (isRunningAndReady(pod)) {
      ready += 1;
      if (isAvailable(pod, minReadySeconds, now)) available += 1;
    }
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    const revision = revisionOf(pod);
    if (revision === revisions.current) current += 1;
    if (revision === revisions.update) updated += 1;
  }
  return { replicas: pods.length, ready, available, current, updated };
}

/** The status by counts; a finished rolling update makes the update revision the current one. */
export function statefulSetStatus(
  set: StatefulSet,
  counts: Counts,
  revisions: Revisions,
  mutants: ReadonlySet<string>,
): StatefulSetStatus {
  const wanted = mutants.has("STS-03") ? counts.replicas : (set.spec?.replicas ?? 1);
  const rolled =
    set.spec?.updateStrategy?.type === "RollingUpdate" &&
    counts.updated === wanted &&
    counts.ready === wanted &&
    counts.replicas === wanted;
  const current = rolled ? counts.updated : counts.current;
  const generation = set.metadata.generation ?? 0;
  return {
    ...(generation > 0 && { observedGeneration: generation }),
    replicas: counts.replicas,
    ...(counts.ready > 0 && { readyReplicas: counts.ready }),
    ...(current > 0 && { currentReplicas: current }),
    ...(counts.updated > 0 && { updatedReplicas: counts.updated }),
    currentRevision: rolled ? revisions.update : revisions.current,
    updateRevision: revisions.update,
    collisionCount: revisions.collisionCount,
    availableReplicas: counts.available,
  };
}

/** Whether a write is needed; a newer observedGeneration alone is reason enough. */
export function sameSetStatus(stored: StatefulSetStatus | undefined, status: StatefulSetStatus): boolean {
  return (
    stored !== undefined &&
    (status.observedGeneration ?? 0) <= (stored.observedGeneration ?? 0) &&
    stored.replicas === status.replicas &&
    (stored.currentReplicas ?? 0) === (status.currentReplicas ?? 0) &&
    (stored.readyReplicas ?? 0) === (status.readyReplicas ?? 0) &&
    (stored.updatedReplicas ?? 0) === (status.updatedReplicas ?? 0) &&
    (stored.availableReplicas ?? 0) === (status.availableReplicas ?? 0) &&
    stored.currentRevision === status.currentRevision &&
    stored.updateRevision === status.updateRevision
  );
}
