import { selectorMatches } from "../../api/label-selector.ts";
import type { PodTemplateSpec } from "../../api/types/core-v1.ts";
import type { LabelSelector } from "../../api/types/meta-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { validateAnnotations, validateLabels } from "../metadata.ts";
import { atMost100Percent, intOrPercent, isZero, labelSelector, NOT_NEGATIVE } from "./common.ts";
import { podAnnotations } from "./pod-annotations.ts";
import { podSpec } from "./pod-spec.ts";

/** Whether a selector is there but selects everything. */
export function isEmptySelector(selector: LabelSelector | undefined): boolean {
  return (
    selector !== undefined &&
    selector !== null &&
    Object.keys(selector.matchLabels ?? {}).length === 0 &&
    (selector.matchExpressions?.length ?? 0) === 0
  );
}

/** Validates a workload's selector; false when it cannot be used to match. */
export function workloadSelector(selector: LabelSelector | undefined, what: string, errors: FieldErrors): boolean {
  if (selector === undefined || selector === null) {
    errors.required("spec.selector");
    return true;
  }
  const before = errors.causes.length;
  labelSelector(selector, "spec.selector", errors);
  const broken = errors.causes.length > before;
  if (isEmptySelector(selector)) errors.invalid("spec.selector", selector, `empty selector is invalid for ${what}`);
  if (broken) errors.invalid("spec.selector", selector, "invalid label selector");
  return !broken;
}

/** Validates a pod template by itself. */
export function podTemplate(template: PodTemplateSpec | undefined, at: string, errors: FieldErrors): void {
  validateLabels(template?.metadata?.labels, `${at}.labels`, errors);
  validateAnnotations(template?.metadata?.annotations, `${at}.annotations`, errors);
  podAnnotations(template?.metadata?.annotations, template?.spec, `${at}.annotations`, errors);
  podSpec(template?.spec ?? { containers: [] }, `${at}.spec`, errors);
}

/** Validates a template against the selector of its workload, whose pods always restart. */
export function selectedTemplate(
  template: PodTemplateSpec | undefined,
  selector: LabelSelector | undefined,
  what: string,
  errors: FieldErrors,
): void {
  const labels = template?.metadata?.labels;
  if (!isEmptySelector(selector) && !selectorMatches(selector ?? undefined, labels))
    errors.invalid("spec.template.metadata.labels", labels ?? null, "`selector` does not match template `labels`");
  podTemplate(template, "spec.template", errors);
  const spec = template?.spec;
  if (
    spec?.restartPolicy !== undefined &&
    spec.restartPolicy !== "Always" &&
    ["OnFailure", "Never"].includes(spec.restartPolicy)
  )
    errors.notSupported("spec.template.spec.restartPolicy", spec.restartPolicy, ["Always"]);
  if (spec?.activeDeadlineSeconds !== undefined)
    errors.forbidden("spec.template.spec.activeDeadlineSeconds", `activeDeadlineSeconds in ${what} is not Supported`);
}

/** Counts of a status: none negative, none above the number of replicas where that is a bound. */
export function statusCounts(
  status: object | undefined,
  counts: readonly string[],
  bounded: readonly string[],
  errors: FieldErrors,
): void {
  const values = (status ?? {}) as { readonly [field: string]: unknown };
  const number = (field: string): number => Number(values[field] ?? 0);
  for (const field of counts) if (number(field) < 0) errors.invalid(`status.${field}`, number(field), NOT_NEGATIVE);
  for (const field of bounded)
    if (number(field) > number("replicas"))
      errors.invalid(`status.${field}`, number(field), "cannot be greater than status.replicas");
}

/** The two bounds of a rolling update. */
export function rollingBounds(
  update: { readonly maxUnavailable?: number | string; readonly maxSurge?: number | string },
  at: string,
  errors: FieldErrors,
): void {
  const { maxUnavailable, maxSurge } = update;
  intOrPercent(maxUnavailable, `${at}.maxUnavailable`, errors);
  intOrPercent(maxSurge, `${at}.maxSurge`, errors);
  if (isZero(maxUnavailable) && isZero(maxSurge))
    errors.invalid(`${at}.maxUnavailable`, maxUnavailable, "may not be 0 when `maxSurge` is 0");
  atMost100Percent(maxUnavailable, `${at}.maxUnavailable`, errors);
}
