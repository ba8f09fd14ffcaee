import type { IngressClass } from "../../api/types/networking-v1.ts";
import { validateIngressClass, validateIngressClassUpdate } from "../validation/ingress.ts";
import type { Kind } from "../kind.ts";

/** networking.k8s.io/v1 IngressClass. */
export const ingressClass: Kind<IngressClass> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "IngressClass",
  plural: "ingressclasses",
  namespaced: false,
  struct: "networking/v1.IngressClass",
  metadataChecks: "both",
  validate: validateIngressClass,
  validateUpdate: validateIngressClassUpdate,
  generation: "spec",
};
