import type { Kind } from "../kind.ts";
import { validateRuntimeClass, validateRuntimeClassUpdate } from "../validation/runtime-class.ts";
import type { RuntimeClass } from "../validation/runtime-class.ts";
import { runtimeClassWarnings } from "../warnings/cluster.ts";

/** node.k8s.io/v1 RuntimeClass. */
export const runtimeClass: Kind<RuntimeClass> = {
  group: "node.k8s.io",
  version: "v1",
  kind: "RuntimeClass",
  plural: "runtimeclasses",
  namespaced: false,
  struct: "node/v1.RuntimeClass",
  warnings: runtimeClassWarnings,
  metadataChecks: "both",
  validate: validateRuntimeClass,
  validateUpdate: validateRuntimeClassUpdate,
  createOnUpdate: true,
  needsVersion: true,
};
