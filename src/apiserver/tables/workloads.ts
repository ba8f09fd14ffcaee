import { parseTimestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import type { ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet } from "../../api/types/apps-v1.ts";
import type { CronJob, Job } from "../../api/types/batch-v1.ts";
import { controllerOf } from "../../api/object.ts";
import type { PodTemplate, ReplicationController } from "../../api/types/core-v1.ts";
import { selectorText } from "../selector-text.ts";
import { containerCells, labelsCell, NONE, selectorCell, UNSET } from "./cells.ts";
import type { Printer } from "./cells.ts";
import { humanDuration, since } from "./human-duration.ts";

export const printDeployment: Printer = (object, now) => {
  const { metadata, spec, status } = cast<Deployment>(object);
  return [
    metadata.name,
    `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    status?.updatedReplicas ?? 0,
    status?.availableReplicas ?? 0,
    since(now, metadata.creationTimestamp),
    ...containerCells(spec.template.spec?.containers),
    selectorText(spec.selector),
  ];
};

export const printReplicaSet: Printer = (object, now) => {
  const { metadata, spec, status } = cast<ReplicaSet>(object);
  return [
    metadata.name,
    spec.replicas ?? 0,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    since(now, metadata.creationTimestamp),
    ...containerCells(spec.template?.spec?.containers),
    selectorCell(spec.selector),
  ];
};

export const printReplicationController: Printer = (object, now) => {
  const { metadata, spec, status } = cast<ReplicationController>(object);
  return [
    metadata.name,
    spec?.replicas ?? 0,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    since(now, metadata.creationTimestamp),
    ...containerCells(spec?.template?.spec?.containers),
    labelsCell(spec?.selector),
  ];
};

export const printStatefulSet: Printer = (object, now) => {
  const { metadata, spec, status } = cast<StatefulSet>(object);
  return [
    metadata.name,
    `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    since(now, metadata.creationTimestamp),
    ...containerCells(spec.template.spec?.containers),
  ];
};

export const printDaemonSet: Printer = (object, now) => {
  const { metadata, spec, status } = cast<DaemonSet>(object);
  return [
    metadata.name,
    status?.desiredNumberScheduled ?? 0,
    status?.currentNumberScheduled ?? 0,
    status?.numberReady ?? 0,
    status?.updatedNumberScheduled ?? 0,
    status?.numberAvailable ?? 0,
    labelsCell(spec.template.spec?.nodeSelector),
    since(now, metadata.creationTimestamp),
    ...containerCells(spec.template.spec?.containers),
    selectorCell(spec.selector),
  ];
};

export const printControllerRevision: Printer = (object, now) => {
  const { metadata, revision } = cast<ControllerRevision>(object);
  const owner = controllerOf(object);
  const group = owner?.apiVersion.includes("/") === true ? `.${owner.apiVersion.split("/")[0] ?? ""}` : "";
  const controller = owner === undefined ? NONE : `${owner.kind}${group}`.toLowerCase() + `/${owner.name}`;
  return [metadata.name, controller, revision, since(now, metadata.creationTimestamp)];
};

export const printPodTemplate: Printer = (object) => {
  const { metadata, template } = cast<PodTemplate>(object);
  return [metadata.name, ...containerCells(template?.spec?.containers), labelsCell(template?.metadata?.labels)];
};

export const printJob: Printer = (object, now) => {
  const job = cast<Job>(object);
  const { metadata, spec } = job;
  return [
    metadata.name,
    jobStatus(job),
    jobCompletions(job),
    jobDuration(job, now),
    since(now, metadata.creationTimestamp),
    ...containerCells(spec.template.spec?.containers),
    selectorCell(spec.selector),
  ];
};

function jobStatus({ metadata, status }: Job): string {
  const has = (type: string): boolean => status?.conditions?.find((one) => one.type === type)?.status === "True";
  if (has("Complete")) return "Complete";
  if (has("Failed")) return "Failed";
  if (metadata.deletionTimestamp !== undefined) return "Terminating";
  return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].find(has) ?? "Running";
}

function jobCompletions({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration({ status }: Job, now: Millis): string {
  if (status?.startTime === undefined) return "";
  const end = status.completionTime === undefined ? now : parseTimestamp(status.completionTime);
  return humanDuration(end - parseTimestamp(status.startTime));
}

export const printCronJob: Printer = (object, now) => {
  const { metadata, spec, status } = cast<CronJob>(object);
  const { suspend, timeZone, jobTemplate } = spec;
  return [
    metadata.name,
    spec.schedule,
    timeZone ?? NONE,
    suspend === undefined ? UNSET : suspend ? "True" : "False",
    status?.active?.length ?? 0,
    status?.lastScheduleTime === undefined ? NONE : since(now, status.lastScheduleTime),
    since(now, metadata.creationTimestamp),
    ...containerCells(jobTemplate.spec?.template.spec?.containers),
    selectorCell(jobTemplate.spec?.selector),
  ];
};
