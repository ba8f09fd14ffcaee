import type { Deployment, DeploymentSpec } from "../../api/types/apps-v1.ts";
import { withDefaults } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";
import { validateDeployment, validateDeploymentUpdate } from "../validation/deployment.ts";
import { statusCounts } from "../validation/workload.ts";
import type { Kind } from "../kind.ts";
import { namedWorkloadWarnings } from "../warnings/workload.ts";
import { withTemplate } from "./workload.ts";

const BOUNDED = ["updatedReplicas", "readyReplicas", "availableReplicas"];
const COUNTS = [
  "observedGeneration",
  "replicas",
  "updatedReplicas",
  "readyReplicas",
  "availableReplicas",
  "unavailableReplicas",
  "collisionCount",
];

/** apps/v1 Deployment. */
export const deployment: Kind<Deployment> = {
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  namespaced: true,
  shortNames: ["deploy"],
  categories: ["all"],
  struct: "apps/v1.Deployment",
  warnings: namedWorkloadWarnings,
  generation: "spec-and-annotations",
  status: true,
  statusMeta: "none",
  initialStatus: {},
  scale: true,
  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
  validateStatus: (object, _stored, errors) => statusCounts(object.status, COUNTS, BOUNDED, errors),
  defaults: (object) => withField(object, "spec", defaultSpec(object.spec)),
};

function defaultSpec(spec: DeploymentSpec): DeploymentSpec {
  const filled = withDefaults(withTemplate(spec), {
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  });
  const strategy = withDefaults(filled.strategy ?? {}, { type: "RollingUpdate" });
  if (strategy.type !== "RollingUpdate") return withField(filled, "strategy", strategy);
  const rollingUpdate = withDefaults(strategy.rollingUpdate ?? {}, { maxUnavailable: "25%", maxSurge: "25%" });
  return withField(filled, "strategy", withField(strategy, "rollingUpdate", rollingUpdate));
}
