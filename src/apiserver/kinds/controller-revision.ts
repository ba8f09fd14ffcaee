import type { Kind } from "../kind.ts";

/** apps/v1 ControllerRevision. */
export const controllerRevision: Kind = {
  group: "apps",
  version: "v1",
  kind: "ControllerRevision",
  plural: "controllerrevisions",
  namespaced: true,
  struct: "apps/v1.ControllerRevision",
};
