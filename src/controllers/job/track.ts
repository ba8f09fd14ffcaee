import { timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import type { Job, JobCondition, JobStatus } from "../../api/types/batch-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { RecordedEvent } from "../../client/component.ts";
import type { Write } from "../../client/controller.ts";
import { updateStatus } from "../requests.ts";
import { ensureCondition, jobCondition } from "./conditions.ts";
import type { Decision } from "./decide.ts";
import { judgeFailure } from "./failure-policy.ts";
import { completionIndex, countIndexes, hasIndex, printIntervals, withIndexes } from "./indexes.ts";
import { isFailedFor, isIndexed, isTracked } from "./pods.ts";
import type { JobView } from "./view.ts";

export const JOBS = "jobs.batch";
/** Pods in the uncounted lists at most. */
const UNCOUNTED_MAX = 500;

/** The first half of tracking: which pods are counted, and the status that says so. */
export interface Tracking {
  readonly status: JobStatus;
  readonly needsWrite: boolean;
  /** Pods whose finalizer goes. */
  readonly counted: readonly Pod[];
  /** The terminal condition, once nothing is uncounted or terminating any more. */
  readonly terminal?: JobCondition;
  readonly overflow: boolean;
}

/** Puts newly ended pods into the uncounted lists and brings the counters up to date. */
export function track(view: JobView, decision: Decision): Tracking {
  const { job, now } = view;
  const before = job.status ?? {};
  const held = new Set(view.pods.filter((pod) => isHeld(view, pod)).map(({ metadata }) => metadata.uid));
  const lists = {
    succeeded: [...(before.uncountedTerminatedPods?.succeeded ?? [])],
    failed: [...(before.uncountedTerminatedPods?.failed ?? [])],
  };
  const counters = { succeeded: before.succeeded ?? 0, failed: before.failed ?? 0 };
  const flushed = flush(lists, counters, (uid) => held.has(uid));
  const collected = collect(view, decision, lists);
  const { ending } = decision;
  let { conditions } = decision;
  let terminal: JobCondition | undefined;
  let isEnding = false;
  if (ending?.type === "FailureTarget") {
    conditions = conditions.some(({ type }) => type === "FailureTarget") ? conditions : [...conditions, ending];
    isEnding = conditions !== decision.conditions;
    terminal = jobCondition("Failed", ending.reason ?? "", ending.message ?? "", now);
  } else if (ending !== undefined) {
    conditions = conditions.some(({ type, status }) => type === ending.type && status === "True")
      ? conditions
      : [...conditions, ending];
    isEnding = conditions !== decision.conditions;
    terminal = jobCondition("Complete", ending.reason ?? "", ending.message ?? "", now);
  }
  const indexes = isIndexed(job) ? indexStatus(view, collected.newIndexes) : undefined;
  const succeeded = indexes?.succeeded ?? counters.succeeded;
  const status = compact(before, {
    conditions,
    ...(decision.startTime !== undefined && { startTime: decision.startTime }),
    active: decision.active,
    ready: decision.ready,
    terminating: decision.terminating,
    succeeded,
    failed: counters.failed,
    ...indexes?.fields,
    uncountedTerminatedPods: listsOf(lists),
  });
  const moved =
    decision.active !== (before.active ?? 0) ||
    decision.ready !== before.ready ||
    decision.terminating !== before.terminating;
  const indexesMoved =
    indexes !== undefined &&
    (indexes.fields.completedIndexes !== before.completedIndexes ||
      indexes.fields.failedIndexes !== before.failedIndexes);
  return {
    status,
    needsWrite: flushed || collected.added || isEnding || decision.changed || moved || indexesMoved,
    counted: collected.counted,
    ...(terminal !== undefined && { terminal }),
    overflow: collected.overflow,
  };
}

function isHeld({ released }: JobView, pod: Pod): boolean {
  return isTracked(pod) && !released.has(pod.metadata.uid);
}

interface Lists {
  succeeded: string[];
  failed: string[];
}

/** Counts and forgets those whose finalizer is gone; whether there were any. */
function flush(
  lists: Lists,
  counters: { succeeded: number; failed: number },
  stays: (uid: string) => boolean,
): boolean {
  const succeeded = lists.succeeded.filter(stays);
  const failed = lists.failed.filter(stays);
  const gone = lists.succeeded.length - succeeded.length + lists.failed.length - failed.length;
  counters.succeeded += lists.succeeded.length - succeeded.length;
  counters.failed += lists.failed.length - failed.length;
  lists.succeeded = succeeded;
  lists.failed = failed;
  return gone > 0;
}

function collect(
  view: JobView,
  { ending }: Decision,
  lists: Lists,
): {
  readonly counted: readonly Pod[];
  readonly newIndexes: readonly number[];
  readonly added: boolean;
  readonly overflow: boolean;
} {
  const { job, previousIndexes } = view;
  const completions = job.spec?.completions ?? 0;
  const indexed = isIndexed(job);
  const pods = indexed
    ? [...view.pods].sort((a, b) => (completionIndex(a) ?? -1) - (completionIndex(b) ?? -1))
    : view.pods;
  const counted: Pod[] = [];
  const newIndexes: number[] = [];
  let added = false;
  for (const pod of pods) {
    const { uid } = pod.metadata;
    const failed = isFailedFor(job, pod);
    if (!isHeld(view, pod) || !mayRelease(view, pod, failed, ending !== undefined)) continue;
    counted.push(pod);
    const index = completionIndex(pod);
    const isOurs = !indexed || (index !== undefined && index < completions);
    if (pod.status?.phase === "Succeeded" && !lists.failed.includes(uid)) {
      if (indexed) {
        if (isOurs && index !== undefined && !hasIndex(previousIndexes, index)) newIndexes.push(index);
      } else if (!lists.succeeded.includes(uid)) lists.succeeded.push(uid);
      else continue;
      added = true;
    } else if (
      (failed || ending?.type === "FailureTarget") &&
      isOurs &&
      !lists.failed.includes(uid) &&
      judgeFailure(job, pod).counted
    ) {
      lists.failed.push(uid);
      added = true;
    }
    if (newIndexes.length + lists.succeeded.length + lists.failed.length >= UNCOUNTED_MAX)
      return { counted, newIndexes, added, overflow: true };
  }
  return { counted, newIndexes, added, overflow: false };
}

function mayRelease({ job, delayed }: JobView, pod: Pod, failed: boolean, ending: boolean): boolean {
  if (job.metadata.deletionTimestamp !== undefined || ending || pod.status?.phase === "Succeeded") return true;
  if (!failed) return false;
  const index = completionIndex(pod);
  return index === undefined || delayed.get(index)?.metadata.uid !== pod.metadata.uid;
}

function indexStatus(
  view: JobView,
  newIndexes: readonly number[],
): {
  readonly succeeded: number;
  readonly fields: { readonly completedIndexes?: string; readonly failedIndexes?: string };
} {
  const succeeded = withIndexes(view.succeededIndexes, newIndexes);
  const text = printIntervals(succeeded);
  return {
    succeeded: countIndexes(succeeded),
    fields: {
      ...(text !== "" && { completedIndexes: text }),
      ...(view.failedIndexes !== undefined && { failedIndexes: printIntervals(view.failedIndexes) }),
    },
  };
}

function listsOf({ succeeded, failed }: Lists): NonNullable<JobStatus["uncountedTerminatedPods"]> {
  return { ...(succeeded.length > 0 && { succeeded }), ...(failed.length > 0 && { failed }) };
}

function compact(before: JobStatus, fields: JobStatus): JobStatus {
  const { active = 0, succeeded = 0, failed = 0, conditions = [], ...rest } = fields;
  return {
    ...(before.completionTime !== undefined && { completionTime: before.completionTime }),
    ...rest,
    ...(conditions.length > 0 && { conditions }),
    ...(active > 0 && { active }),
    ...(succeeded > 0 && { succeeded }),
    ...(failed > 0 && { failed }),
  };
}

/** The second half: forgets released pods and ends the Job if nothing holds it. */
export interface Closing {
  readonly job: Job;
  readonly released: readonly string[];
  readonly terminal: JobCondition | undefined;
  readonly terminating: number;
  readonly overflow: boolean;
}

/** The write that closes the books, if there is anything to write, and the Event of the Job's end. */
export function close(
  { job, released, terminal, terminating, overflow }: Closing,
  needsWrite: boolean,
): { readonly write?: Write; readonly event?: RecordedEvent } {
  const before = job.status ?? {};
  const lists = {
    succeeded: [...(before.uncountedTerminatedPods?.succeeded ?? [])],
    failed: [...(before.uncountedTerminatedPods?.failed ?? [])],
  };
  const counters = { succeeded: before.succeeded ?? 0, failed: before.failed ?? 0 };
  const gone = new Set(released);
  const flushed = flush(lists, counters, (uid) => !gone.has(uid));
  const ends =
    terminal !== undefined && !overflow && lists.succeeded.length + lists.failed.length === 0 && terminating === 0;
  if (!flushed && !ends && !needsWrite) return {};
  const conditions = ends ? ensureCondition(before.conditions ?? [], terminal) : (before.conditions ?? []);
  const status = compact(before, {
    ...before,
    conditions,
    ...counters,
    uncountedTerminatedPods: listsOf(lists),
    ...(ends && terminal.type === "Complete" && { completionTime: terminal.lastTransitionTime ?? timestamp(0) }),
  });
  const write = updateStatus(JOBS, cast<Job>({ ...job, status }));
  if (!ends) return { write };
  const event: RecordedEvent =
    terminal.type === "Complete"
      ? { object: job, type: "Normal", reason: "Completed", message: "Job completed" }
      : { object: job, type: "Warning", reason: terminal.reason ?? "", message: terminal.message ?? "" };
  return { write, event };
}
