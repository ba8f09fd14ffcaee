import type { Kind } from "../kind.ts";

/** networking.k8s.io/v1 IngressClass. */
export const ingressClass: Kind = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "IngressClass",
  plural: "ingressclasses",
  namespaced: false,
  struct: "networking/v1.IngressClass",
  generation: "spec",
};
