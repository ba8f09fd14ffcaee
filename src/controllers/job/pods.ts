import { parseTimestamp } from "../../base/time.ts";
import type { Millis } from "../../base/units.ts";
import type { Job } from "../../api/types/batch-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Write } from "../../client/controller.ts";
import { podCondition } from "../pods.ts";
import { patch, targetOf } from "../requests.ts";

/** Holds a pod until the Job has counted it. */
export const TRACKING = "batch.kubernetes.io/job-tracking";
const FAILURE_COUNT = "batch.kubernetes.io/job-index-failure-count";
const IGNORED_COUNT = "batch.kubernetes.io/job-index-ignored-failure-count";

/** Whether pods are only replaced when they have failed. */
export function replacesOnlyFailed({ spec }: Job): boolean {
  return (
    spec?.podReplacementPolicy === "Failed" ||
    (spec?.podReplacementPolicy === undefined && spec?.podFailurePolicy !== undefined)
  );
}

/** Whether every index has a back-off limit of its own. */
export function hasLimitPerIndex({ spec }: Job): boolean {
  return spec?.backoffLimitPerIndex !== undefined;
}

/** Whether completions have indexes. */
export function isIndexed({ spec }: Job): boolean {
  return spec?.completionMode === "Indexed";
}

/** The pod counts as failed: it has, or it is going (unless only failed pods are replaced). */
export function isFailedFor(job: Job, pod: Pod): boolean {
  const phase = pod.status?.phase;
  if (phase === "Failed") return true;
  return !replacesOnlyFailed(job) && pod.metadata.deletionTimestamp !== undefined && phase !== "Succeeded";
}

/** Whether the pod still has the tracking finalizer. */
export function isTracked({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(TRACKING) === true;
}

/** PATCH that lets go of a counted pod. */
export function release(pod: Pod): Write {
  const body = { metadata: { uid: pod.metadata.uid, "$deleteFromPrimitiveList/finalizers": [TRACKING] } };
  return { ...patch(targetOf("pods", pod), "strategic", body), ignore: ["NotFound"] };
}

/** When a pod ended: its last container, else when it became unready, else when its deletion was asked for. */
export function finishedAt(pod: Pod): Millis {
  const statuses = pod.status?.containerStatuses ?? [];
  const ends = statuses.map(({ state }) => parseTimestamp(state?.terminated?.finishedAt ?? ""));
  if (ends.length > 0 && ends.every((end) => !Number.isNaN(end))) return Math.max(...ends);
  const ready = podCondition(pod, "Ready");
  if (ready?.status === "False" && ready.lastTransitionTime !== undefined)
    return parseTimestamp(ready.lastTransitionTime);
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp } = pod.metadata;
  if (deletionTimestamp !== undefined) return parseTimestamp(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  return parseTimestamp(creationTimestamp);
}

/** How often the pod's index has failed before it, counted failures only. */
export function indexFailures({ metadata }: Pod): number {
  return Number(metadata.annotations?.[FAILURE_COUNT] ?? 0);
}

/** How often the pod's index has failed before it, ignored failures included. */
export function allIndexFailures(pod: Pod): number {
  return indexFailures(pod) + Number(pod.metadata.annotations?.[IGNORED_COUNT] ?? 0);
}

/** Annotations of the pod that takes the place of a failed one of the same index. */
export function failureAnnotations(replaced: Pod | undefined, counted: boolean): { readonly [key: string]: string } {
  if (replaced === undefined) return { [FAILURE_COUNT]: "0" };
  const ignored = allIndexFailures(replaced) - indexFailures(replaced) + (counted ? 0 : 1);
  return {
    [FAILURE_COUNT]: String(indexFailures(replaced) + (counted ? 1 : 0)),
    ...(ignored > 0 && { [IGNORED_COUNT]: String(ignored) }),
  };
}
