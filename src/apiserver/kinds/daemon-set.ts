import type { DaemonSet, DaemonSetSpec } from "../../api/types/apps-v1.ts";
import { deepEqual } from "../../api/equal.ts";
import { withDefaults } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";
import { validateDaemonSet, validateDaemonSetUpdate } from "../validation/daemon-set.ts";
import { statusCounts } from "../validation/workload.ts";
import type { Kind } from "../kind.ts";
import { workloadWarnings } from "../warnings/workload.ts";
import { withTemplate } from "./workload.ts";

const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

const COUNTS = [
  "currentNumberScheduled",
  "numberMisscheduled",
  "desiredNumberScheduled",
  "numberReady",
  "observedGeneration",
  "updatedNumberScheduled",
  "numberAvailable",
  "numberUnavailable",
  "collisionCount",
];

/** apps/v1 DaemonSet. */
export const daemonSet: Kind<DaemonSet> = {
  group: "apps",
  version: "v1",
  kind: "DaemonSet",
  plural: "daemonsets",
  namespaced: true,
  shortNames: ["ds"],
  categories: ["all"],
  struct: "apps/v1.DaemonSet",
  warnings: workloadWarnings,
  generation: "spec",
  status: true,
  statusMeta: "none",
  initialStatus: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  validate: validateDaemonSet,
  validateUpdate: validateDaemonSetUpdate,
  validateStatus: (object, _stored, errors) => statusCounts(object.status, COUNTS, [], errors),
  defaults: (object) => withField(object, "spec", defaultSpec(object.spec)),
  prepareCreate: (object) => withGeneration(object, Math.max(1, generationOf(object))),
  prepareUpdate(object, stored) {
    const old = generationOf(stored);
    return withGeneration(object, deepEqual(object.spec.template, stored.spec.template) ? old : old + 1);
  },
};

function defaultSpec(spec: DaemonSetSpec): DaemonSetSpec {
  const filled = withDefaults(withTemplate(spec), { revisionHistoryLimit: 10 });
  const strategy = withDefaults(filled.updateStrategy ?? {}, { type: "RollingUpdate" });
  if (strategy.type !== "RollingUpdate") return withField(filled, "updateStrategy", strategy);
  const rollingUpdate = withDefaults(strategy.rollingUpdate ?? {}, { maxUnavailable: 1, maxSurge: 0 });
  return withField(filled, "updateStrategy", withField(strategy, "rollingUpdate", rollingUpdate));
}

/** Generation of the pod template, which upstream shows as an annotation. */
function generationOf(object: DaemonSet): number {
  const n = Number(object.metadata.annotations?.[TEMPLATE_GENERATION] ?? "0");
  return Number.isInteger(n) ? n : 0;
}

function withGeneration(object: DaemonSet, generation: number): DaemonSet {
  const text = String(generation);
  const { annotations } = object.metadata;
  if (annotations?.[TEMPLATE_GENERATION] === text) return object;
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [TEMPLATE_GENERATION]: text } } };
}
