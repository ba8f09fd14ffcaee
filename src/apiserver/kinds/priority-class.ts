import type { PriorityClass } from "../../api/types/scheduling-v1.ts";
import { withDefaults } from "../defaults.ts";
import { validatePriorityClass, validatePriorityClassUpdate } from "../validation/policy.ts";
import type { Kind } from "../kind.ts";

/** scheduling.k8s.io/v1 PriorityClass. */
export const priorityClass: Kind<PriorityClass> = {
  group: "scheduling.k8s.io",
  version: "v1",
  kind: "PriorityClass",
  plural: "priorityclasses",
  namespaced: false,
  shortNames: ["pc"],
  struct: "scheduling/v1.PriorityClass",
  validate: validatePriorityClass,
  validateUpdate: validatePriorityClassUpdate,
  generation: "never",
  defaults: (object) => withDefaults(object, { preemptionPolicy: "PreemptLowerPriority" }),
};
