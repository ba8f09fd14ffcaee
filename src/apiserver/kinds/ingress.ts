import type { Kind } from "../kind.ts";

/** networking.k8s.io/v1 Ingress. */
export const ingress: Kind = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
  namespaced: true,
  struct: "networking/v1.Ingress",
  shortNames: ["ing"],
  generation: "spec",
  status: true,
  initialStatus: { loadBalancer: {} },
};
