import { cast } from "../../base/units.ts";
import type { NetworkPolicy } from "../../api/types/networking-v1.ts";
import { mapItems, withDefaults } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";
import { validateNetworkPolicy } from "../validation/ingress.ts";
import type { Kind } from "../kind.ts";
import { networkPolicyWarnings } from "../warnings/cluster.ts";

/** networking.k8s.io/v1 NetworkPolicy. */
export const networkPolicy: Kind<NetworkPolicy> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "NetworkPolicy",
  plural: "networkpolicies",
  namespaced: true,
  shortNames: ["netpol"],
  struct: "networking/v1.NetworkPolicy",
  warnings: networkPolicyWarnings,
  validate: validateNetworkPolicy,
  validateUpdate: (object, _stored, errors) => validateNetworkPolicy(object, errors),
  generation: "spec",
  defaults(object) {
    let spec = object.spec ?? cast<NetworkPolicy["spec"]>({ podSelector: {} });
    if (spec.policyTypes === undefined)
      spec = { ...spec, policyTypes: (spec.egress?.length ?? 0) > 0 ? ["Ingress", "Egress"] : ["Ingress"] };
    if (spec.ingress !== undefined) spec = withField(spec, "ingress", mapItems(spec.ingress, defaultRule));
    if (spec.egress !== undefined) spec = withField(spec, "egress", mapItems(spec.egress, defaultRule));
    return withField(object, "spec", spec);
  },
};

function defaultRule<T extends { readonly ports?: readonly { readonly protocol?: string }[] }>(rule: T): T {
  if (rule.ports === undefined) return rule;
  return withField(
    rule,
    "ports",
    mapItems(rule.ports, (port) => withDefaults(port, { protocol: "TCP" })),
  );
}
