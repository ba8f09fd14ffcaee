import { cast } from "../../base/units.ts";
import type { ReplicationController } from "../../api/types/core-v1.ts";
import { withDefaults } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";
import { validateReplicationController } from "../validation/replica-set.ts";
import { statusCounts } from "../validation/workload.ts";
import type { Kind } from "../kind.ts";
import { namedWorkloadWarnings } from "../warnings/workload.ts";
import { defaultTemplate } from "./pod-defaults.ts";

const BOUNDED = ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"];

/** core/v1 ReplicationController. */
export const replicationController: Kind<ReplicationController> = {
  group: "",
  version: "v1",
  kind: "ReplicationController",
  plural: "replicationcontrollers",
  storage: "controllers",
  namespaced: true,
  shortNames: ["rc"],
  categories: ["all"],
  struct: "core/v1.ReplicationController",
  warnings: namedWorkloadWarnings,
  generation: "spec",
  status: true,
  statusMeta: "none",
  initialStatus: { replicas: 0 },
  scale: true,
  orphansByDefault: true,
  fieldStyle: "own-list",
  fields: { "status.replicas": (object) => String(cast<ReplicationController>(object).status?.replicas ?? 0) },
  validate: validateReplicationController,
  validateUpdate: (object, _stored, errors) => validateReplicationController(object, errors),
  validateStatus: (object, _stored, errors) =>
    statusCounts(object.status, ["replicas", ...BOUNDED, "observedGeneration"], BOUNDED, errors),
  defaults(object) {
    let spec = withDefaults(object.spec ?? {}, { replicas: 1 });
    if (spec.template !== undefined) spec = withField(spec, "template", defaultTemplate(spec.template));
    const labels = spec.template?.metadata?.labels;
    if (labels !== undefined && spec.selector === undefined) spec = { ...spec, selector: labels };
    const result = withField(object, "spec", spec);
    if (labels === undefined || object.metadata.labels !== undefined) return result;
    return { ...result, metadata: { ...object.metadata, labels } };
  },
};
