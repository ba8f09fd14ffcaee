import { cast } from "../../base/units.ts";
import type { StatefulSet, StatefulSetSpec } from "../../api/types/apps-v1.ts";
import type { PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import { mapItems, withDefaults } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";
import { validateStatefulSet, validateStatefulSetUpdate } from "../validation/stateful-set.ts";
import { labelProblems } from "../name-rules.ts";
import { statusCounts } from "../validation/workload.ts";
import type { Kind } from "../kind.ts";
import { statefulSetWarnings } from "../warnings/workload.ts";
import { withTemplate } from "./workload.ts";

const BOUNDED = ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"];

/** apps/v1 StatefulSet. */
export const statefulSet: Kind<StatefulSet> = {
  group: "apps",
  version: "v1",
  kind: "StatefulSet",
  plural: "statefulsets",
  namespaced: true,
  shortNames: ["sts"],
  categories: ["all"],
  struct: "apps/v1.StatefulSet",
  warnings: statefulSetWarnings,
  generation: "spec",
  status: true,
  statusMeta: "none",
  initialStatus: { availableReplicas: 0, replicas: 0 },
  scale: true,
  nameProblems: labelProblems,
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
  validateStatus: (object, _stored, errors) =>
    statusCounts(object.status, ["replicas", ...BOUNDED, "observedGeneration", "collisionCount"], BOUNDED, errors),
  defaults: (object) => withField(object, "spec", defaultSpec(object.spec)),
  prepareCreate: (object, context) =>
    context.featureGates?.has(GATE) === true ? object : withoutMaxUnavailable(object),
  prepareUpdate: (object, stored, context) =>
    context.featureGates?.has(GATE) !== true && stored.spec.updateStrategy?.rollingUpdate?.maxUnavailable === undefined
      ? withoutMaxUnavailable(object)
      : object,
};

function defaultSpec(spec: StatefulSetSpec): StatefulSetSpec {
  let filled = withDefaults(withTemplate(spec), {
    replicas: 1,
    podManagementPolicy: "OrderedReady",
    revisionHistoryLimit: 10,
  });
  const retention = withDefaults(filled.persistentVolumeClaimRetentionPolicy ?? {}, {
    whenDeleted: "Retain",
    whenScaled: "Retain",
  });
  filled = withField(filled, "persistentVolumeClaimRetentionPolicy", retention);
  if (filled.volumeClaimTemplates !== undefined)
    filled = withField(filled, "volumeClaimTemplates", mapItems(filled.volumeClaimTemplates, defaultClaim));
  const strategy = withDefaults(filled.updateStrategy ?? {}, { type: "RollingUpdate" });
  if (strategy.type !== "RollingUpdate") return withField(filled, "updateStrategy", strategy);
  const rollingUpdate = withDefaults(strategy.rollingUpdate ?? {}, { partition: 0 });
  return withField(filled, "updateStrategy", withField(strategy, "rollingUpdate", rollingUpdate));
}

function defaultClaim(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  const typed = withDefaults(claim, { apiVersion: "v1", kind: "PersistentVolumeClaim" });
  const spec =
    typed.spec.volumeMode === undefined ? { ...typed, spec: { ...typed.spec, volumeMode: "Filesystem" } } : typed;
  return cast<PersistentVolumeClaim>(withField(spec, "status", withDefaults(spec.status ?? {}, { phase: "Pending" })));
}

const GATE = "MaxUnavailableStatefulSet";

/** maxUnavailable is behind a feature gate that is off by default. */
function withoutMaxUnavailable(object: StatefulSet): StatefulSet {
  const { updateStrategy } = object.spec;
  const rolling = updateStrategy?.rollingUpdate;
  if (rolling?.maxUnavailable === undefined) return object;
  const { maxUnavailable: _, ...rollingUpdate } = rolling;
  return { ...object, spec: { ...object.spec, updateStrategy: { ...updateStrategy, rollingUpdate } } };
}
