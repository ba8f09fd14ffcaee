import { deepEqual } from "../../api/equal.ts";
import type { DaemonSet } from "../../api/types/apps-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { atMost100Percent, intOrPercent, isZero, notNegative } from "./common.ts";
import { selectedTemplate, workloadSelector } from "./workload.ts";

/** Validates a DaemonSet's spec. */
export function validateDaemonSet({ spec }: DaemonSet, errors: FieldErrors): void {
  if (spec.selector === null || spec.selector === undefined || workloadSelector(spec.selector, "daemonset", errors))
    selectedTemplate(spec.template, spec.selector, "DaemonSet", errors);
  notNegative(spec.minReadySeconds, "spec.minReadySeconds", errors);
  const { type = "", rollingUpdate } = spec.updateStrategy ?? {};
  if (type === "RollingUpdate" && rollingUpdate !== undefined) rolling(rollingUpdate, errors);
  else if (type === "RollingUpdate") errors.required("spec.updateStrategy.rollingUpdate");
  else if (type !== "OnDelete")
    errors.notSupported("spec.updateStrategy", spec.updateStrategy, ["RollingUpdate", "OnDelete"], "as given");
  notNegative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit", errors);
}

function rolling(
  { maxUnavailable, maxSurge }: { readonly maxUnavailable?: number | string; readonly maxSurge?: number | string },
  errors: FieldErrors,
): void {
  const at = "spec.updateStrategy.rollingUpdate";
  intOrPercent(maxUnavailable, `${at}.maxUnavailable`, errors);
  intOrPercent(maxSurge, `${at}.maxSurge`, errors);
  const unavailable = !isZero(maxUnavailable);
  const surge = !isZero(maxSurge);
  if (unavailable && surge)
    errors.invalid(`${at}.maxSurge`, maxSurge, "may not be set when maxUnavailable is non-zero");
  else if (!unavailable && !surge) errors.required(`${at}.maxUnavailable`, "cannot be 0 when maxSurge is 0");
  atMost100Percent(maxUnavailable, `${at}.maxUnavailable`, errors);
  atMost100Percent(maxSurge, `${at}.maxSurge`, errors);
}

/** Validates a change of a DaemonSet: its selector stays. */
export function validateDaemonSetUpdate(object: DaemonSet, stored: DaemonSet, errors: FieldErrors): void {
  if (object.spec === stored.spec) return;
  if (!deepEqual(object.spec.selector ?? undefined, stored.spec.selector))
    errors.invalid("spec.selector", object.spec.selector, "field is immutable");
  validateDaemonSet(object, errors);
}
