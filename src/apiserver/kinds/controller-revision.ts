import type { ControllerRevision } from "../../api/types/apps-v1.ts";
import { deepEqual } from "../../api/equal.ts";
import type { FieldErrors } from "../field-errors.ts";
import type { Kind } from "../kind.ts";
import { isObject } from "../patch/merge.ts";
import { notNegative } from "../validation/common.ts";

/** apps/v1 ControllerRevision. */
export const controllerRevision: Kind<ControllerRevision> = {
  group: "apps",
  version: "v1",
  kind: "ControllerRevision",
  plural: "controllerrevisions",
  namespaced: true,
  struct: "apps/v1.ControllerRevision",
  metadataChecks: "both",
  validate(object, errors) {
    notNegative(object.revision, "revision", errors);
    data(object.data, errors);
  },
  validateUpdate(object, stored, errors) {
    notNegative(object.revision, "revision", errors);
    if (!deepEqual(object.data, stored.data)) errors.invalid("data", object.data, "field is immutable");
  },
};

function data(value: unknown, errors: FieldErrors): void {
  if (value === undefined || value === null) errors.required("data", "data is mandatory");
  else if (!isObject(value)) errors.required("data", "data must be a valid JSON object");
}
