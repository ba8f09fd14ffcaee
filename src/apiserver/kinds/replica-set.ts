import type { ReplicaSet } from "../../api/types/apps-v1.ts";
import { withDefaults } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";
import { validateReplicaSet, validateReplicaSetUpdate } from "../validation/replica-set.ts";
import { statusCounts } from "../validation/workload.ts";
import type { Kind } from "../kind.ts";
import { namedWorkloadWarnings } from "../warnings/workload.ts";
import { defaultTemplate } from "./pod-defaults.ts";

const BOUNDED = ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"];

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
  warnings: namedWorkloadWarnings,
  generation: "spec",
  status: true,
  statusMeta: "none",
  initialStatus: { replicas: 0 },
  scale: true,
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
  validateStatus: (object, _stored, errors) =>
    statusCounts(object.status, ["replicas", ...BOUNDED, "observedGeneration"], BOUNDED, errors),
  defaults(object) {
    const spec = withDefaults(object.spec, { replicas: 1 });
    return withField(object, "spec", withField(spec, "template", defaultTemplate(spec.template)));
  },
};
