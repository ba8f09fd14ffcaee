import type { Kind } from "../kind.ts";

/** core/v1 PodTemplate. */
export const podTemplate: Kind = {
  group: "",
  version: "v1",
  kind: "PodTemplate",
  plural: "podtemplates",
  namespaced: true,
  struct: "core/v1.PodTemplate",
  generation: "spec",
  deleteReturnsObject: true,
};
