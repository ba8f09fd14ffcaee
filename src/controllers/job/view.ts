import type { Millis } from "../../base/units.ts";
import type { Job } from "../../api/types/batch-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { isActive, isTerminating } from "../pods.ts";
import { judgeFailure } from "./failure-policy.ts";
import { completionIndex, countIndexes, hasIndex, parseIntervals, withIndexes } from "./indexes.ts";
import type { Intervals } from "./indexes.ts";
import {
  allIndexFailures,
  finishedAt,
  hasLimitPerIndex,
  indexFailures,
  isFailedFor,
  isIndexed,
  isTracked,
} from "./pods.ts";

/** A Job and what its pods say about it. */
export interface JobView {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly terminating: number;
  /** Pods that are newly seen to have ended and are in no list of the status yet. */
  readonly newSucceeded: readonly Pod[];
  readonly newFailed: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  /** Pods whose finalizer was taken away although the informer still shows it. */
  readonly released: ReadonlySet<string>;
  readonly previousIndexes: Intervals;
  readonly succeededIndexes: Intervals;
  readonly failedIndexes: Intervals | undefined;
  /** The last failed pod of each index that waits to be replaced. */
  readonly delayed: ReadonlyMap<number, Pod>;
  readonly now: Millis;
}

/** Reads a Job's pods. */
export function viewOf(job: Job, pods: readonly Pod[], released: ReadonlySet<string>, now: Millis): JobView {
  const completions = job.spec?.completions ?? 0;
  const uncounted = job.status?.uncountedTerminatedPods;
  const active = pods.filter(isActive);
  const counts = (pod: Pod): boolean => {
    if (!isTracked(pod) || released.has(pod.metadata.uid)) return false;
    if (!isIndexed(job)) return true;
    const index = completionIndex(pod);
    return index !== undefined && index < completions;
  };
  const inSucceeded = new Set(uncounted?.succeeded);
  const inFailed = new Set(uncounted?.failed);
  const valid = pods.filter(counts);
  const newSucceeded = valid.filter((pod) => pod.status?.phase === "Succeeded" && !inSucceeded.has(pod.metadata.uid));
  const newFailed = valid.filter((pod) => isFailedFor(job, pod) && !inFailed.has(pod.metadata.uid));
  const counted = newFailed.filter((pod) => judgeFailure(job, pod).counted);
  const previousIndexes = isIndexed(job) ? parseIntervals(job.status?.completedIndexes, completions) : [];
  const succeededIndexes = isIndexed(job) ? withIndexes(previousIndexes, succeededNow(pods, completions)) : [];
  const failedIndexes = hasLimitPerIndex(job) ? failedIndexesOf(job, pods, completions) : undefined;
  const partial = {
    job,
    pods,
    active,
    newSucceeded,
    newFailed,
    released,
    previousIndexes,
    succeededIndexes,
    failedIndexes,
    now,
  };
  return {
    ...partial,
    terminating: pods.filter(isTerminating).length,
    succeeded: isIndexed(job)
      ? countIndexes(succeededIndexes)
      : (job.status?.succeeded ?? 0) + newSucceeded.length + inSucceeded.size,
    failed: (job.status?.failed ?? 0) + counted.length + inFailed.size,
    delayed:
      failedIndexes === undefined ? new Map() : delayedByIndex(job, valid, { active, succeededIndexes, failedIndexes }),
  };
}

function succeededNow(pods: readonly Pod[], completions: number): readonly number[] {
  return pods.flatMap((pod) => {
    const index = completionIndex(pod);
    return pod.status?.phase === "Succeeded" && isTracked(pod) && index !== undefined && index < completions
      ? [index]
      : [];
  });
}

function failedIndexesOf(job: Job, pods: readonly Pod[], completions: number): Intervals {
  const limit = job.spec?.backoffLimitPerIndex ?? 0;
  const failed = pods.flatMap((pod) => {
    const index = completionIndex(pod);
    if (index === undefined || index >= completions || !isTracked(pod) || !isFailedFor(job, pod)) return [];
    const { counted, action } = judgeFailure(job, pod);
    return action === "FailIndex" || (counted && indexFailures(pod) >= limit) ? [index] : [];
  });
  return withIndexes(parseIntervals(job.status?.failedIndexes, completions), failed);
}

function delayedByIndex(
  job: Job,
  valid: readonly Pod[],
  {
    active,
    succeededIndexes,
    failedIndexes,
  }: Pick<JobView, "active" | "succeededIndexes"> & { readonly failedIndexes: Intervals },
): ReadonlyMap<number, Pod> {
  const running = new Set(active.map(completionIndex));
  const delayed = new Map<number, Pod>();
  for (const pod of valid) {
    const index = completionIndex(pod);
    if (index === undefined || !isFailedFor(job, pod)) continue;
    if (running.has(index) || hasIndex(succeededIndexes, index) || hasIndex(failedIndexes, index)) continue;
    const last = delayed.get(index);
    const later =
      last === undefined || (allIndexFailures(last) <= allIndexFailures(pod) && finishedAt(pod) >= finishedAt(last));
    if (later) delayed.set(index, pod);
  }
  return delayed;
}
