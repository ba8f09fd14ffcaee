import type { Kind } from "../kind.ts";

/** core/v1 ResourceQuota. */
export const resourceQuota: Kind = {
  group: "",
  version: "v1",
  kind: "ResourceQuota",
  plural: "resourcequotas",
  namespaced: true,
  struct: "core/v1.ResourceQuota",
  shortNames: ["quota"],
  status: true,
  initialStatus: {},
  deleteReturnsObject: true,
};
