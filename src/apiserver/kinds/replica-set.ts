import type { ReplicaSet } from "../../api/types/apps-v1.ts";
import { withDefaults, withField } from "../defaults.ts";
import type { Kind } from "../kind.ts";
import { defaultTemplate } from "./pod-defaults.ts";

/** apps/v1 ReplicaSet. */
export const replicaSet: Kind<ReplicaSet> = {
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
  namespaced: true,
  shortNames: ["rs"],
  categories: ["all"],
  struct: "apps/v1.ReplicaSet",
  generation: "spec",
  status: true,
  statusMeta: "none",
  initialStatus: { replicas: 0 },
  scale: true,
  defaults(object) {
    const spec = withDefaults(object.spec, { replicas: 1 });
    return withField(object, "spec", withField(spec, "template", defaultTemplate(spec.template)));
  },
};
