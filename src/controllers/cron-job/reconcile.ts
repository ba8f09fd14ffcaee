import { parseTimestamp, timestamp } from "../../base/time.ts";
import { SECOND, cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import { deepEqual } from "../../api/equal.ts";
import type { CronJob, CronJobStatus, Job } from "../../api/types/batch-v1.ts";
import type { ObjectReference } from "../../api/types/core-v1.ts";
import type { RecordedEvent } from "../../client/component.ts";
import { nothing } from "../../client/controller.ts";
import type { Intents, Reply, Sync, Write } from "../../client/controller.ts";
import { BY_CONTROLLER } from "../indexes.ts";
import { isJobFinished, trueCondition } from "../job/conditions.ts";
import { create, noteOf, objectOf, updateStatus } from "../requests.ts";
import { mostRecentDue, nextLookAfter } from "./due.ts";
import type { Since } from "./due.ts";
import { JOBS, deleteJob, jobName, newJob, surplusHistory } from "./jobs.ts";
import { parseSchedule } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";

export const CRON_JOBS = "cronjobs.batch";
const UTC: ReadonlySet<string> = new Set(["", "UTC", "Etc/UTC"]);

/** Schedules as they were last seen: a changed one does not run for times that are past. */
export interface CronJobMemory {
  readonly schedules: Map<string, string>;
}

type Result = Intents<CronJobMemory>;
interface Round {
  readonly cronJob: CronJob;
  readonly jobs: readonly Job[];
  readonly sync: Sync<CronJobMemory>;
  readonly events: RecordedEvent[];
}

/** Forgets ended Jobs, deletes old ones, and starts the one that is due. */
export function reconcileCronJob(sync: Sync<CronJobMemory>): Result {
  const { key, listers, memory, replies } = sync;
  const cronJob = cast<CronJob | undefined>(listers.of(CRON_JOBS).get(key));
  if (cronJob?.spec === undefined) {
    memory.schedules.delete(key);
    return nothing;
  }
  const jobs = cast<readonly Job[]>(listers.of(JOBS).byIndex(BY_CONTROLLER, cronJob.metadata.uid));
  const round: Round = { cronJob, jobs, sync, events: [] };
  const created = replies.find(({ write }) => write.request.verb === "create");
  if (created !== undefined) return afterCreation(round, created);
  const status = seenStatus(round);
  const cleanup = surplusHistory(cronJob, jobs).map(deleteJob);
  const { schedule: text, suspend, timeZone = "" } = cronJob.spec;
  if (cronJob.metadata.deletionTimestamp !== undefined || suspend === true) return finish(round, status, cleanup);
  if (!UTC.has(timeZone)) {
    say(round, "Warning", "UnknownTimeZone", `invalid timeZone: "${timeZone}": unknown time zone ${timeZone}`);
    return finish(round, status, cleanup);
  }
  const schedule = parseSchedule(text);
  if (schedule === undefined) {
    say(round, "Warning", "UnparseableSchedule", `unparseable schedule: "${text}"`);
    return finish(round, status, cleanup);
  }
  return startDue(round, schedule, status, cleanup);
}

function startDue(round: Round, schedule: Schedule, status: CronJobStatus, cleanup: readonly Write[]): Result {
  const { cronJob, sync } = round;
  const { now, memory, key } = sync;
  const since = sinceOf(cronJob);
  const requeueAfter = nextLookAfter(schedule, since, now);
  const text = cronJob.spec?.schedule ?? "";
  const known = memory.schedules.get(key);
  memory.schedules.set(key, text);
  const { mostRecent, missed } = mostRecentDue(schedule, since, now, true);
  const changed = known !== undefined && known !== text;
  if (mostRecent === undefined || changed) return finish(round, status, cleanup, requeueAfter);
  if (missed === "many")
    say(
      round,
      "Warning",
      "TooManyMissedTimes",
      "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew",
    );
  const deadline = cronJob.spec?.startingDeadlineSeconds;
  if (deadline !== undefined && mostRecent + deadline * SECOND < now) {
    say(round, "Warning", "MissSchedule", `Missed scheduled time to start a job: ${timestamp(mostRecent)}`);
    return finish(round, status, cleanup, requeueAfter);
  }
  const active = status.active ?? [];
  const started = active.some(({ name }) => name === jobName(cronJob, mostRecent)) || since.lastSchedule === mostRecent;
  if (started) return finish(round, status, cleanup, requeueAfter);
  const policy = cronJob.spec?.concurrencyPolicy;
  if (policy === "Forbid" && active.length > 0) {
    say(
      round,
      "Normal",
      "JobAlreadyActive",
      "Not starting job because prior execution is running and concurrency policy is Forbid",
    );
    return finish(round, status, cleanup, requeueAfter);
  }
  const replaced =
    policy === "Replace" ? round.jobs.filter((job) => active.some(({ uid }) => uid === job.metadata.uid)) : [];
  const creation = {
    ...create(JOBS, cronJob.metadata.namespace, newJob(cronJob, mostRecent)),
    note: { scheduledAt: mostRecent, replaced: replaced.map(({ metadata }) => metadata.uid) },
  };
  const deletions = [...cleanup, ...replaced.map(deleteJob)];
  return { writes: [...(deletions.length > 0 ? [deletions] : []), [creation]], events: round.events, then: "replies" };
}

function sinceOf({ metadata, spec, status }: CronJob): Since {
  return {
    created: parseTimestamp(metadata.creationTimestamp),
    lastSchedule: status?.lastScheduleTime === undefined ? undefined : parseTimestamp(status.lastScheduleTime),
    startingDeadlineSeconds: spec?.startingDeadlineSeconds,
  };
}

/** Puts the new Job into the list of active ones. */
function afterCreation(round: Round, reply: Reply): Result {
  const { cronJob, sync } = round;
  const note = noteOf<{ readonly scheduledAt: Millis; readonly replaced: readonly string[] }>(reply);
  const schedule = parseSchedule(cronJob.spec?.schedule ?? "");
  if (note === undefined || schedule === undefined) return nothing;
  const { response } = reply;
  const existing = cast<Job | undefined>(
    sync.listers.of(JOBS).get(`${cronJob.metadata.namespace ?? ""}/${jobName(cronJob, note.scheduledAt)}`),
  );
  const job =
    cast<Job | undefined>(objectOf(reply)) ??
    (response.ok || response.status.reason === "AlreadyExists" ? existing : undefined);
  if (job === undefined) {
    const message = response.ok ? "" : (response.status.message ?? "");
    say(round, "Warning", "FailedCreate", `Error creating job: ${message}`);
    return { writes: [], events: round.events, failed: message };
  }
  if (response.ok) say(round, "Normal", "SuccessfulCreate", `Created job ${job.metadata.name}`);
  const seen = seenStatus(round);
  const { name, namespace = "", uid, resourceVersion } = job.metadata;
  const reference: ObjectReference = { apiVersion: "batch/v1", kind: "Job", namespace, name, uid, resourceVersion };
  const others = (seen.active ?? []).filter((one) => one.uid !== uid && !note.replaced.includes(one.uid ?? ""));
  const status = { ...seen, active: [...others, reference], lastScheduleTime: timestamp(note.scheduledAt) };
  const after: CronJob = { ...cronJob, status };
  return finish(round, status, [], nextLookAfter(schedule, sinceOf(after), sync.now));
}

/** The status without Jobs that have ended or gone. */
function seenStatus(round: Round): CronJobStatus {
  const { cronJob, jobs } = round;
  const byUid = new Map(jobs.map((job) => [job.metadata.uid, job]));
  const before = cronJob.status ?? {};
  let { lastSuccessfulTime } = before;
  for (const job of jobs) {
    const end = trueCondition(job, "Complete") === undefined ? undefined : job.status?.completionTime;
    if (end !== undefined && (lastSuccessfulTime === undefined || end > lastSuccessfulTime)) lastSuccessfulTime = end;
  }
  const active = (before.active ?? []).filter(({ uid = "", name = "" }) => {
    const job = byUid.get(uid);
    if (job === undefined) say(round, "Normal", "MissingJob", `Active job went missing: ${name}`);
    else if (isJobFinished(job)) {
      const condition = trueCondition(job, "Complete") === undefined ? "Failed" : "Complete";
      say(round, "Normal", "SawCompletedJob", `Saw completed job: ${name}, condition: ${condition}`);
    }
    return job !== undefined && !isJobFinished(job);
  });
  return withoutEmpty({ ...before, active, ...(lastSuccessfulTime !== undefined && { lastSuccessfulTime }) });
}

function withoutEmpty({ active, ...rest }: CronJobStatus): CronJobStatus {
  return active === undefined || active.length === 0 ? rest : { ...rest, active };
}

function say({ cronJob, events }: Round, type: "Normal" | "Warning", reason: string, message: string): void {
  events.push({ object: cronJob, type, reason, message });
}

function finish(
  { cronJob, events }: Round,
  status: CronJobStatus,
  deletions: readonly Write[],
  requeueAfter?: Millis,
): Result {
  const writes: (readonly Write[])[] = deletions.length > 0 ? [deletions] : [];
  if (!deepEqual(cronJob.status ?? {}, status))
    writes.push([updateStatus(CRON_JOBS, cast<CronJob>({ ...cronJob, status }))]);
  return { writes, events, ...(requeueAfter !== undefined && { requeueAfter: Math.max(1, requeueAfter) }) };
}
