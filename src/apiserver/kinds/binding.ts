import type { Kind } from "../kind.ts";

/** The body of pods/binding; never stored. */
export const bindingKind: Kind = {
  group: "",
  version: "v1",
  kind: "Binding",
  plural: "bindings",
  namespaced: true,
  struct: "core/v1.Binding",
};

/** The body of pods/eviction; never stored. */
export const evictionKind: Kind = {
  group: "policy",
  version: "v1",
  kind: "Eviction",
  plural: "evictions",
  namespaced: true,
  struct: "policy/v1.Eviction",
  alsoRead: "policy/v1beta1",
};

/** The body of <resource>/scale; never stored. */
export const scaleKind: Kind = {
  group: "autoscaling",
  version: "v1",
  kind: "Scale",
  plural: "scales",
  namespaced: true,
  struct: "autoscaling/v1.Scale",
};
