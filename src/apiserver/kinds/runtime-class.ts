import type { Kind } from "../kind.ts";

/** node.k8s.io/v1 RuntimeClass. */
export const runtimeClass: Kind = {
  group: "node.k8s.io",
  version: "v1",
  kind: "RuntimeClass",
  plural: "runtimeclasses",
  namespaced: false,
  struct: "node/v1.RuntimeClass",
  createOnUpdate: true,
  needsVersion: true,
};
