import { deepEqual } from "../../api/equal.ts";
import type { ReplicaSet } from "../../api/types/apps-v1.ts";
import type { ReplicationController } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { notNegative } from "./common.ts";
import { selectedTemplate, workloadSelector } from "./workload.ts";

/** Validates a ReplicaSet's spec. */
export function validateReplicaSet({ spec }: ReplicaSet, errors: FieldErrors): void {
  notNegative(spec.replicas, "spec.replicas", errors);
  notNegative(spec.minReadySeconds, "spec.minReadySeconds", errors);
  if (workloadSelector(spec.selector, "deployment", errors))
    selectedTemplate(spec.template, spec.selector, "ReplicaSet", errors);
}

/** Validates a change of a ReplicaSet: its selector stays. */
export function validateReplicaSetUpdate(object: ReplicaSet, stored: ReplicaSet, errors: FieldErrors): void {
  if (object.spec === stored.spec) return;
  validateReplicaSet(object, errors);
  if (!deepEqual(object.spec.selector ?? undefined, stored.spec.selector))
    errors.invalid("spec.selector", object.spec.selector, "field is immutable");
}

/** Validates a ReplicationController's spec. */
export function validateReplicationController({ spec }: ReplicationController, errors: FieldErrors): void {
  notNegative(spec?.minReadySeconds, "spec.minReadySeconds", errors);
  const empty = Object.keys(spec?.selector ?? {}).length === 0;
  if (empty) errors.required("spec.selector");
  notNegative(spec?.replicas, "spec.replicas", errors);
  if (spec?.template === undefined) errors.required("spec.template");
  else selectedTemplate(spec.template, { matchLabels: spec.selector ?? {} }, "ReplicationController", errors);
}
