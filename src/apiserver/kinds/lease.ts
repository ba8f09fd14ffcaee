import type { Kind } from "../kind.ts";

/** coordination.k8s.io/v1 Lease. */
export const lease: Kind = {
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
  struct: "coordination/v1.Lease",
  createOnUpdate: true,
  needsVersion: true,
};
