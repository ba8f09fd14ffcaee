import type { Kind } from "../kind.ts";
import { runtimeClassWarnings } from "../warnings/cluster.ts";

/** node.k8s.io/v1 RuntimeClass. */
export const runtimeClass: Kind = {
  group: "node.k8s.io",
  version: "v1",
  kind: "RuntimeClass",
  plural: "runtimeclasses",
  namespaced: false,
  struct: "node/v1.RuntimeClass",
  warnings: runtimeClassWarnings,
  metadataChecks: "both",
  createOnUpdate: true,
  needsVersion: true,
};
