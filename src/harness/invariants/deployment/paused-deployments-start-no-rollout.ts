import type { Deployment } from "../../../api/types/apps-v1.ts";
import type { Invariant } from "../invariant.ts";
import { heldRecently } from "../recent.ts";
import { about, byControllerManager } from "../violation.ts";
import type { Deployments } from "./deployments.ts";
import { DEPLOYMENT_RESOURCES, follow } from "./deployments.ts";

const NAME = "paused-deployments-start-no-rollout";

/** Pausing stops new templates; scaling goes on. */
export const pausedDeploymentsStartNoRollout: Invariant<Deployments> = {
  name: NAME,
  catalogue: ["52"],
  expectation: "always",
  calmOnly: true,
  statement: "While spec.paused is true the Deployment controller creates no ReplicaSet.",
  source: "concepts/workloads/controllers/deployment: pausing and resuming a rollout",
  resources: DEPLOYMENT_RESOURCES,
  init: () => new Map(),
  onChange(deployments, change) {
    const known = follow(deployments, change);
    const { at, by, before, after } = change;
    if (known?.now === undefined || change.resource !== "replicasets.apps") return undefined;
    if (before !== undefined || after === undefined || !byControllerManager(by)) return undefined;
    if (heldRecently(known.past, known.now, at, (state: Deployment) => state.spec.paused !== true)) return undefined;
    return about(NAME, at, after, `It was created although Deployment ${known.now.metadata.name} is paused.`);
  },
};
