import type { Kind } from "../kind.ts";
import { serviceAccountWarnings } from "../warnings/cluster.ts";

/** core/v1 ServiceAccount. */
export const serviceAccount: Kind = {
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  namespaced: true,
  struct: "core/v1.ServiceAccount",
  warnings: serviceAccountWarnings,
  metadataChecks: "both",
  shortNames: ["sa"],
  deleteReturnsObject: true,
};
