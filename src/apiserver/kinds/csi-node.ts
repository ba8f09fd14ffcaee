import type { Kind } from "../kind.ts";

/** storage.k8s.io/v1 CSINode. */
export const csiNode: Kind = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSINode",
  plural: "csinodes",
  namespaced: false,
  struct: "storage/v1.CSINode",
  needsVersion: true,
  deleteReturnsObject: true,
};
