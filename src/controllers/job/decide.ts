import { SECOND } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import { parseTimestamp, timestamp } from "../../base/time.ts";
import type { Job, JobCondition } from "../../api/types/batch-v1.ts";
import type { RecordedEvent } from "../../client/component.ts";
import type { Write } from "../../client/controller.ts";
import { isReady } from "../pods.ts";
import { remove, targetOf } from "../requests.ts";
import type { BackoffRecord } from "./backoff.ts";
import { ensureCondition, jobCondition, trueCondition } from "./conditions.ts";
import { judgeFailure } from "./failure-policy.ts";
import { countIndexes } from "./indexes.ts";
import { managePods } from "./manage.ts";
import type { PodPlan } from "./manage.ts";
import { isFailedFor, isIndexed } from "./pods.ts";
import { metSuccessRule } from "./success-policy.ts";
import type { JobView } from "./view.ts";

/** What a sync decided about pods and counters; plain data that survives until the pods' answers are there. */
export interface Decision {
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
  /** FailureTarget or SuccessCriteriaMet: the Job is to end. */
  readonly ending?: JobCondition;
  readonly conditions: readonly JobCondition[];
  readonly startTime?: string;
  readonly changed: boolean;
  readonly requeueAfter?: Millis;
}

export interface Plan {
  readonly decision: Decision;
  readonly writes: readonly (readonly Write[])[];
  readonly events: readonly RecordedEvent[];
}

/** Decides whether the Job ends, and else which pods it needs. */
export function decide(view: JobView, backoff: BackoffRecord, satisfied: boolean): Plan {
  const { job, now, active } = view;
  const conditions = job.status?.conditions ?? [];
  const suspended = job.spec?.suspend === true;
  const startTime = job.status?.startTime ?? (suspended ? undefined : timestamp(now));
  const ready = active.filter(isReady).length;
  const common = { conditions, ...(startTime !== undefined && { startTime }), changed: false };
  const ending = endingOf(view, startTime);
  if (ending !== undefined) {
    const deletions = active.map((pod) => remove(targetOf("pods", pod)));
    const decision = {
      ...common,
      active: 0,
      ready: 0,
      terminating: view.terminating + active.length,
      ...(satisfied && { ending }),
    };
    return { decision, writes: deletions.length > 0 ? [deletions] : [], events: [] };
  }
  const deadline = deadlineOf(job, startTime);
  const idle: PodPlan = { writes: [], active: active.length, ready, terminating: view.terminating };
  const managing = satisfied && job.metadata.deletionTimestamp === undefined;
  const pods = managing ? managePods(view, backoff) : idle;
  const requeueAfter = Math.min(
    pods.requeueAfter ?? Number.POSITIVE_INFINITY,
    deadline === undefined ? Number.POSITIVE_INFINITY : deadline - now,
  );
  const counters = {
    active: pods.active,
    ready: pods.ready,
    terminating: pods.terminating,
    ...(Number.isFinite(requeueAfter) && { requeueAfter: Math.max(1, requeueAfter) }),
  };
  if (isComplete(view, pods.active)) {
    const met = jobCondition(
      "SuccessCriteriaMet",
      "CompletionsReached",
      "Reached expected number of succeeded pods",
      now,
    );
    return { decision: { ...common, ...counters, ending: met }, writes: pods.writes, events: [] };
  }
  const plan: Plan = { decision: { ...common, ...counters }, writes: pods.writes, events: [] };
  return managing ? withSuspension(plan, view) : plan;
}

function isComplete({ job, succeeded }: JobView, active: number): boolean {
  const completions = job.spec?.completions;
  return active === 0 && (completions === undefined ? succeeded > 0 : succeeded >= completions);
}

/** Condition Suspended follows spec.suspend; suspending forgets the start, resuming starts anew. */
function withSuspension(plan: Plan, { job, now }: JobView): Plan {
  const suspended = job.spec?.suspend === true;
  const wanted = suspended
    ? jobCondition("Suspended", "JobSuspended", "Job suspended", now)
    : jobCondition("Suspended", "JobResumed", "Job resumed", now, "False");
  const conditions = ensureCondition(plan.decision.conditions, wanted);
  if (conditions === plan.decision.conditions) return plan;
  const { startTime: _, ...rest } = plan.decision;
  const event: RecordedEvent = {
    object: job,
    type: "Normal",
    reason: suspended ? "Suspended" : "Resumed",
    message: wanted.message ?? "",
  };
  const decision = { ...rest, conditions, changed: true, ...(!suspended && { startTime: timestamp(now) }) };
  return { ...plan, decision, events: [...plan.events, event] };
}

function deadlineOf({ spec }: Job, startTime: string | undefined): Millis | undefined {
  if (spec?.activeDeadlineSeconds === undefined || spec.suspend === true || startTime === undefined) return undefined;
  return parseTimestamp(startTime) + spec.activeDeadlineSeconds * SECOND;
}

/** The condition by which the Job ends, if it does. */
function endingOf(view: JobView, startTime: string | undefined): JobCondition | undefined {
  const { job, now } = view;
  const target = trueCondition(job, "SuccessCriteriaMet") ?? trueCondition(job, "FailureTarget");
  if (target !== undefined) return target;
  const fail = (reason: string, message: string): JobCondition => jobCondition("FailureTarget", reason, message, now);
  for (const pod of view.pods) {
    const why = isFailedFor(job, pod) ? judgeFailure(job, pod).failJob : undefined;
    if (why !== undefined) return fail("PodFailurePolicy", why);
  }
  if (view.failed > (job.spec?.backoffLimit ?? 6) || restartsExhausted(view))
    return fail("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  const deadline = deadlineOf(job, startTime);
  if (deadline !== undefined && now >= deadline && job.status?.startTime !== undefined)
    return fail("DeadlineExceeded", "Job was active longer than specified deadline");
  return isIndexed(job) ? endingOfIndexes(view, fail) : undefined;
}

function endingOfIndexes(
  view: JobView,
  fail: (reason: string, message: string) => JobCondition,
): JobCondition | undefined {
  const { job, failedIndexes, succeededIndexes, now } = view;
  const failed = countIndexes(failedIndexes ?? []);
  const most = job.spec?.maxFailedIndexes;
  if (most !== undefined && failed > most)
    return fail("MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes");
  if (failed > 0 && failed + countIndexes(succeededIndexes) >= (job.spec?.completions ?? 0))
    return fail("FailedIndexes", "Job has failed indexes");
  const message = metSuccessRule(job, succeededIndexes);
  return message === undefined ? undefined : jobCondition("SuccessCriteriaMet", "SuccessPolicy", message, now);
}

/** With restartPolicy OnFailure the containers' restarts count against the limit. */
function restartsExhausted({ job, pods }: JobView): boolean {
  if (job.spec?.template.spec?.restartPolicy !== "OnFailure") return false;
  let restarts = 0;
  for (const { status } of pods)
    if (status?.phase === "Running" || status?.phase === "Pending")
      for (const { restartCount } of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])])
        restarts += restartCount;
  const limit = job.spec.backoffLimit ?? 6;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}
