import type { Ingress } from "../../api/types/networking-v1.ts";
import { validateIngress } from "../validation/ingress.ts";
import type { Kind } from "../kind.ts";
import { ingressWarnings } from "../warnings/cluster.ts";

/** networking.k8s.io/v1 Ingress. */
export const ingress: Kind<Ingress> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
  namespaced: true,
  struct: "networking/v1.Ingress",
  warnings: ingressWarnings,
  validate: validateIngress,
  validateUpdate: (object, _stored, errors) => validateIngress(object, errors),
  shortNames: ["ing"],
  generation: "spec",
  status: true,
  initialStatus: { loadBalancer: {} },
};
