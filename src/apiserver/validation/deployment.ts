import { deepEqual } from "../../api/equal.ts";
import type { Deployment } from "../../api/types/apps-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { notNegative } from "./common.ts";
import { rollingBounds, selectedTemplate, workloadSelector } from "./workload.ts";

/** Validates a Deployment's spec. */
export function validateDeployment({ spec }: Deployment, errors: FieldErrors): void {
  notNegative(spec.replicas, "spec.replicas", errors);
  if (workloadSelector(spec.selector, "deployment", errors))
    selectedTemplate(spec.template, spec.selector, "ReplicaSet", errors);
  const { type, rollingUpdate } = spec.strategy ?? {};
  if (type === "Recreate") {
    if (rollingUpdate !== undefined)
      errors.forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
  } else if (type === "RollingUpdate") rollingBounds(rollingUpdate ?? {}, "spec.strategy.rollingUpdate", errors);
  else {
    const { maxUnavailable: MaxUnavailable = 0, maxSurge: MaxSurge = 0 } = rollingUpdate ?? {};
    const RollingUpdate = rollingUpdate === undefined ? null : { MaxUnavailable, MaxSurge };
    errors.notSupported("spec.strategy", { Type: type ?? "", RollingUpdate }, ["Recreate", "RollingUpdate"]);
  }
  notNegative(spec.minReadySeconds, "spec.minReadySeconds", errors);
  notNegative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit", errors);
  const deadline = spec.progressDeadlineSeconds;
  if (deadline === undefined) return;
  notNegative(deadline, "spec.progressDeadlineSeconds", errors);
  if (deadline <= (spec.minReadySeconds ?? 0))
    errors.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds");
}

/** Validates a change of a Deployment: its selector stays. */
export function validateDeploymentUpdate(object: Deployment, stored: Deployment, errors: FieldErrors): void {
  if (object.spec === stored.spec) return;
  validateDeployment(object, errors);
  if (!deepEqual(object.spec.selector ?? undefined, stored.spec.selector))
    errors.invalid("spec.selector", object.spec.selector, "field is immutable");
}
