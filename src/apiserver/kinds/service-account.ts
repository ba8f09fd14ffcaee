import type { Kind } from "../kind.ts";

/** core/v1 ServiceAccount. */
export const serviceAccount: Kind = {
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  namespaced: true,
  struct: "core/v1.ServiceAccount",
  shortNames: ["sa"],
  deleteReturnsObject: true,
};
