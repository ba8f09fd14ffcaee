import type { StatefulSet } from "../../api/types/apps-v1.ts";
import type { CronJob, Job, JobSpec } from "../../api/types/batch-v1.ts";
import type { PodTemplateSpec } from "../../api/types/core-v1.ts";
import type { ApiObject } from "../../api/object.ts";
import { labelProblems } from "../name-rules.ts";
import { claimSpecWarnings } from "./claim.ts";
import { podWarnings } from "./pod.ts";

interface Workload extends ApiObject {
  readonly spec?: { readonly template?: PodTemplateSpec };
}

/** Whether an update says something new: its generation was raised. */
function isNew(object: ApiObject, stored: ApiObject | undefined): boolean {
  return stored === undefined || object.metadata.generation !== stored.metadata.generation;
}

/** The warning for workloads whose name cannot be a hostname. */
function nameWarnings(name: string): readonly string[] {
  const problems = labelProblems(name);
  if (problems.length === 0) return [];
  return [
    `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${problems.join(", ")}]`,
  ];
}

/** Warnings about a pod template. */
export function templateWarnings(template: PodTemplateSpec | undefined, at: string): readonly string[] {
  return podWarnings(template?.spec, template?.metadata, at);
}

/** Warnings about a workload whose pods take its name. */
export function namedWorkloadWarnings(object: Workload, stored: Workload | undefined): readonly string[] {
  if (!isNew(object, stored)) return [];
  const names = stored === undefined ? nameWarnings(object.metadata.name) : [];
  return [...names, ...templateWarnings(object.spec?.template, "spec.template")];
}

/** Warnings about a workload that names its pods itself. */
export function workloadWarnings(object: Workload, stored: Workload | undefined): readonly string[] {
  return isNew(object, stored) ? templateWarnings(object.spec?.template, "spec.template") : [];
}

/** Warnings about a StatefulSet: its template, its claims and its history. */
export function statefulSetWarnings(object: StatefulSet, stored: StatefulSet | undefined): readonly string[] {
  const { volumeClaimTemplates = [], revisionHistoryLimit = 0 } = object.spec;
  const place = stored === undefined ? "" : ".Spec";
  const history =
    revisionHistoryLimit < 0
      ? ["spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"]
      : [];
  return [
    ...workloadWarnings(object, stored),
    ...volumeClaimTemplates.flatMap(({ spec }, i) =>
      claimSpecWarnings(spec, `spec.volumeClaimTemplates[${i}]${place}`),
    ),
    ...history,
  ];
}

const COMPLETIONS_SOFT_MAX = 100_000;
const PARALLELISM_SOFT_MAX = 10_000;

function jobSpecWarnings(spec: JobSpec | undefined, at: string): readonly string[] {
  const { completionMode, completions = 0, parallelism = 0 } = spec ?? {};
  const large = completions > COMPLETIONS_SOFT_MAX && parallelism > PARALLELISM_SOFT_MAX;
  const warnings =
    completionMode === "Indexed" && large
      ? [
          `${at}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
        ]
      : [];
  return [...warnings, ...templateWarnings(spec?.template, `${at}.template`)];
}

/** Warnings about a Job. */
export function jobWarnings(object: Job, stored: Job | undefined): readonly string[] {
  const names = stored === undefined ? nameWarnings(object.metadata.name) : [];
  return isNew(object, stored) ? [...names, ...jobSpecWarnings(object.spec, "spec")] : names;
}

/** Warnings about a CronJob, whose schedule must not name a zone any more. */
export function cronJobWarnings(object: CronJob, stored: CronJob | undefined): readonly string[] {
  const names = stored === undefined ? nameWarnings(object.metadata.name) : [];
  const spec = isNew(object, stored) ? jobSpecWarnings(object.spec.jobTemplate.spec, "spec.jobTemplate.spec") : [];
  const zone =
    stored !== undefined && object.spec.schedule.includes("TZ")
      ? [
          "cannot use TZ or CRON_TZ in spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details",
        ]
      : [];
  return [...names, ...spec, ...zone];
}
