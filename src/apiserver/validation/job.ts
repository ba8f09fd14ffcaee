import { deepEqual } from "../../api/equal.ts";
import { selectorMatches } from "../../api/label-selector.ts";
import type { Job, JobSpec } from "../../api/types/batch-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { labelSelector, notNegative, oneOf } from "./common.ts";
import { podTemplate } from "./workload.ts";

const COUNTS = [
  "parallelism",
  "completions",
  "activeDeadlineSeconds",
  "backoffLimit",
  "ttlSecondsAfterFinished",
  "backoffLimitPerIndex",
  "maxFailedIndexes",
] as const;

/** Validates a Job: its generated selector and labels, then its spec. */
export function validateJob(job: Job, errors: FieldErrors): void {
  const { spec } = job;
  if (spec.manualSelector !== true) generatedSelector(job, errors);
  jobBody(spec, errors);
}

/** What holds of a Job's spec apart from the generated selector; upstream repeats the second part on updates. */
function jobBody(spec: JobSpec, errors: FieldErrors, again = false): void {
  if (!again) jobSpec(spec, "spec", errors);
  if (spec.selector === undefined) errors.required("spec.selector");
  else labelSelector(spec.selector, "spec.selector", errors);
  const labels = spec.template?.metadata?.labels;
  if (!selectorMatches(spec.selector, labels))
    errors.invalid("spec.template.metadata.labels", labels ?? null, "`selector` does not match template `labels`");
}

function generatedSelector(job: Job, errors: FieldErrors): void {
  const { selector } = job.spec;
  if (selector === undefined) return;
  const { name, uid } = job.metadata;
  const labels = job.spec.template?.metadata?.labels;
  const expectedLabels = {
    "batch.kubernetes.io/controller-uid": uid,
    "controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
    "job-name": name,
  };
  for (const [key, value] of Object.entries(expectedLabels))
    if (labels?.[key] !== value)
      errors.invalid(`spec.template.metadata.labels[${key}]`, labels ?? null, `must be '${value}'`);
  const expected = { matchLabels: { "batch.kubernetes.io/controller-uid": job.metadata.uid } };
  if (!deepEqual(selector, expected)) errors.invalid("spec.selector", selector, "`selector` not auto-generated");
}

/** Validates a job's spec, in a Job or a CronJob's template. */
export function jobSpec(spec: JobSpec, at: string, errors: FieldErrors): void {
  for (const field of COUNTS) notNegative(spec[field], `${at}.${field}`, errors);
  const { managedBy } = spec;
  if (
    managedBy !== undefined &&
    !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/.+$/.test(managedBy)
  )
    errors.invalid(`${at}.managedBy`, managedBy, 'must be a domain-prefixed path (such as "acme.io/foo")');
  oneOf(spec.completionMode, ["Indexed", "NonIndexed"], `${at}.completionMode`, errors);
  indexed(spec, at, errors);
  failurePolicy(spec, at, errors);
  successPolicy(spec, at, errors);
  podReplacement(spec, at, errors);
  podTemplate(spec.template, `${at}.template`, errors);
  const restart = spec.template?.spec?.restartPolicy;
  if (restart !== undefined && !["Always", "OnFailure", "Never"].includes(restart))
    errors.notSupported(`${at}.template.spec.restartPolicy`, restart, ["OnFailure", "Never"], "as given");
  if (restart === "Always") errors.required(`${at}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"');
}

function podReplacement(spec: JobSpec, at: string, errors: FieldErrors): void {
  const field = `${at}.podReplacementPolicy`;
  if (spec.podFailurePolicy !== undefined) oneOf(spec.podReplacementPolicy, ["Failed"], field, errors);
  else oneOf(spec.podReplacementPolicy, ["Failed", "TerminatingOrFailed"], field, errors);
}

function indexed(spec: JobSpec, at: string, errors: FieldErrors): void {
  const { completions, backoffLimitPerIndex, maxFailedIndexes } = spec;
  if (spec.completionMode === "Indexed") {
    if (completions === undefined) errors.required(`${at}.completions`, "when completion mode is Indexed");
    if (maxFailedIndexes !== undefined && completions !== undefined && maxFailedIndexes > completions)
      errors.invalid(`${at}.maxFailedIndexes`, maxFailedIndexes, "must be less than or equal to completions");
    if (backoffLimitPerIndex !== undefined && maxFailedIndexes === undefined && (completions ?? 0) > 100_000)
      errors.required(`${at}.maxFailedIndexes`, "must be specified when completions is above 100000");
    return;
  }
  if (backoffLimitPerIndex !== undefined)
    errors.invalid(`${at}.backoffLimitPerIndex`, backoffLimitPerIndex, "requires indexed completion mode");
  if (maxFailedIndexes !== undefined)
    errors.invalid(`${at}.maxFailedIndexes`, maxFailedIndexes, "requires indexed completion mode");
}

function failurePolicy(spec: JobSpec, at: string, errors: FieldErrors): void {
  const policy = spec.podFailurePolicy;
  if (policy === undefined) return;
  if (spec.template?.spec?.restartPolicy !== "Never")
    errors.invalid(
      `${at}.template.spec.restartPolicy`,
      spec.template?.spec?.restartPolicy,
      'only "Never" is supported when podFailurePolicy is specified',
    );
  const pod = spec.template?.spec;
  const names = new Set([...(pod?.containers ?? []), ...(pod?.initContainers ?? [])].map((value) => value.name));
  for (const [i, rule] of (policy.rules ?? []).entries()) {
    const field = `${at}.podFailurePolicy.rules[${i}]`;
    if (rule.action === "FailIndex" && spec.backoffLimitPerIndex === undefined)
      errors.invalid(`${field}.action`, rule.action, "requires the backoffLimitPerIndex to be set");
    oneOf(rule.action, ["Count", "FailIndex", "FailJob", "Ignore"], `${field}.action`, errors);
    const codes = rule.onExitCodes;
    const conditions = (rule.onPodConditions?.length ?? 0) > 0;
    if (codes !== undefined) {
      oneOf(codes.operator, ["In", "NotIn"], `${field}.onExitCodes.operator`, errors);
      if (codes.containerName !== undefined && !names.has(codes.containerName))
        errors.invalid(
          `${field}.onExitCodes.containerName`,
          codes.containerName,
          "must be one of the container or initContainer names in the pod template",
        );
      for (const [j, value] of (codes.values ?? []).entries())
        if (codes.operator === "In" && value === 0)
          errors.invalid(`${field}.onExitCodes.values[${j}]`, value, "must not be 0 for the In operator");
    }
    if (codes !== undefined && conditions)
      errors.bareInvalid(field, "specifying both OnExitCodes and OnPodConditions is not supported");
    else if (codes === undefined && !conditions)
      errors.bareInvalid(field, "specifying one of OnExitCodes and OnPodConditions is required");
  }
}

function successPolicy(spec: JobSpec, at: string, errors: FieldErrors): void {
  const policy = spec.successPolicy;
  if (policy === undefined) return;
  if (spec.completionMode !== "Indexed")
    return errors.invalid(`${at}.successPolicy`, policy, "requires indexed completion mode");
  const rules = policy.rules ?? [];
  if (rules.length === 0)
    errors.required(
      `${at}.successPolicy.rules`,
      "at least one rules must be specified when the successPolicy is specified",
    );
  for (const [i, { succeededCount, succeededIndexes }] of rules.entries()) {
    const field = `${at}.successPolicy.rules[${i}]`;
    if (succeededCount === undefined && succeededIndexes === undefined)
      errors.required(field, "at least one of succeededCount or succeededIndexes must be specified");
    if (succeededIndexes !== undefined) {
      const problem = indexesProblem(succeededIndexes, spec.completions ?? 0);
      if (problem !== undefined)
        errors.invalid(`${field}.succeededIndexes`, succeededIndexes, `error parsing succeededIndexes: ${problem}`);
    }
    notNegative(succeededCount, `${field}.succeededCount`, errors);
    if (succeededCount !== undefined && spec.completions !== undefined && succeededCount > spec.completions)
      errors.invalid(
        `${field}.succeededCount`,
        succeededCount,
        `must be less than or equal to ${spec.completions} (the number of specified completions)`,
      );
  }
}

function indexesProblem(text: string, completions: number): string | undefined {
  let previous = -1;
  for (const part of text.split(",")) {
    const ends = part.split("-");
    for (const end of ends) {
      if (!/^\d+$/.test(end)) return `cannot convert string to integer for index: ${JSON.stringify(end)}`;
      const index = Number(end);
      if (index <= previous) return `non-increasing order, previous: ${previous}, current: ${index}`;
      if (index >= completions) return `too large index: ${JSON.stringify(end)}`;
      previous = index;
    }
  }
  return undefined;
}

/** Validates a change of a Job: what it is does not change once it runs. */
export function validateJobUpdate(job: Job, stored: Job, errors: FieldErrors): void {
  if (job.spec === stored.spec) return;
  const { spec } = job;
  const old = stored.spec;
  if (spec.manualSelector !== true) generatedSelector(job, errors);
  jobBody(spec, errors);
  jobBody(spec, errors, true);
  completionsUpdate(spec, old, errors);
  for (const field of [
    "selector",
    "completionMode",
    "podFailurePolicy",
    "backoffLimitPerIndex",
    "managedBy",
    "successPolicy",
  ] as const)
    if (!deepEqual(spec[field], old[field])) errors.invalid(`spec.${field}`, spec[field], "field is immutable");
  const startsLater = old.suspend === true && stored.status?.startTime === undefined;
  if (!startsLater && !deepEqual(spec.template, old.template))
    errors.invalid("spec.template", spec.template, "field is immutable");
}

function completionsUpdate(spec: JobSpec, old: JobSpec, errors: FieldErrors): void {
  if (spec.completions === old.completions) return;
  const elastic = spec.completionMode === "Indexed" && spec.completions !== undefined && old.completions !== undefined;
  if (!elastic) return errors.invalid("spec.completions", spec.completions, "field is immutable");
  if (spec.completions !== spec.parallelism)
    errors.invalid("spec.completions", spec.completions, "can only be modified in tandem with spec.parallelism");
}

const TERMINAL = ["Complete", "Failed", "FailureTarget", "SuccessCriteriaMet"];

/** Validates a change of a Job's status: what ended stays ended. */
export function validateJobStatus(job: Job, stored: Job, errors: FieldErrors): void {
  const isTrue = (object: Job, type: string): boolean =>
    object.status?.conditions?.some((c) => c.type === type && c.status === "True") === true;
  const { status } = job;
  for (const field of ["active", "succeeded", "failed", "ready", "terminating"] as const)
    notNegative(status?.[field], `status.${field}`, errors);
  for (const type of TERMINAL)
    if (isTrue(stored, type) && !isTrue(job, type))
      errors.bareInvalid("status.conditions", `cannot disable the terminal ${type}=True condition`);
  if (isTrue(job, "Complete") && !isTrue(stored, "Complete")) {
    if (status?.completionTime === undefined)
      errors.required("status.completionTime", "completionTime is required for Complete jobs");
    if (!isTrue(job, "SuccessCriteriaMet"))
      errors.bareInvalid(
        "status.conditions",
        "cannot set Complete=True condition without the SuccessCriteriaMet=true condition",
      );
  }
}
