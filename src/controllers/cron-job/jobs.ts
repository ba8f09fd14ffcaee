import { compareText } from "../../base/order.ts";
import { EPOCH_MS, timestamp } from "../../base/time.ts";
import { MINUTE } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import type { CronJob, Job } from "../../api/types/batch-v1.ts";
import type { Write } from "../../client/controller.ts";
import { isJobFinished, trueCondition } from "../job/conditions.ts";
import { controllerReference, remove, targetOf } from "../requests.ts";

export const JOBS = "jobs.batch";

/** The name of the Job of a scheduled time: its minutes since 1970 at the end. */
export function jobName(cronJob: CronJob, scheduledAt: Millis): string {
  return `${cronJob.metadata.name}-${Math.floor((EPOCH_MS + scheduledAt) / MINUTE)}`;
}

/** The body of the Job of a scheduled time. */
export function newJob(cronJob: CronJob, scheduledAt: Millis): unknown {
  const template = cronJob.spec?.jobTemplate;
  const annotations = {
    ...template?.metadata?.annotations,
    "batch.kubernetes.io/cronjob-scheduled-timestamp": timestamp(scheduledAt),
  };
  const labels = template?.metadata?.labels;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: jobName(cronJob, scheduledAt),
      namespace: cronJob.metadata.namespace,
      annotations,
      ...(labels !== undefined && { labels }),
      ownerReferences: [controllerReference(cronJob)],
    },
    spec: template?.spec ?? {},
  };
}

/** DELETE of a Job whose pods follow in the background. */
export function deleteJob(job: Job): Write {
  return remove(targetOf(JOBS, job), { propagationPolicy: "Background" });
}

/** Finished Jobs beyond the history limits, those that started first. */
export function surplusHistory(cronJob: CronJob, jobs: readonly Job[]): readonly Job[] {
  const succeeded = jobs.filter((job) => trueCondition(job, "Complete") !== undefined);
  const failed = jobs.filter((job) => isJobFinished(job) && !succeeded.includes(job));
  return [
    ...oldest(succeeded, cronJob.spec?.successfulJobsHistoryLimit),
    ...oldest(failed, cronJob.spec?.failedJobsHistoryLimit),
  ];
}

function oldest(jobs: readonly Job[], limit: number | undefined): readonly Job[] {
  if (limit === undefined || jobs.length <= limit) return [];
  const sorted = [...jobs].sort(
    (a, b) =>
      compareText(a.status?.startTime ?? "~", b.status?.startTime ?? "~") ||
      compareText(a.metadata.name, b.metadata.name),
  );
  return sorted.slice(0, jobs.length - limit);
}
