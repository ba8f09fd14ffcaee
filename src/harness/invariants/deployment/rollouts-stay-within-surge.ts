import { cast } from "../../../base/units.ts";
import type { Deployment, ReplicaSet } from "../../../api/types/apps-v1.ts";
import { deepEqual } from "../../../api/equal.ts";
import type { Invariant } from "../invariant.ts";
import { LAG_MS, mostRecently } from "../recent.ts";
import { about, byControllerManager } from "../violation.ts";
import type { DeploymentHistory, Deployments } from "./deployments.ts";
import { DEPLOYMENT_RESOURCES, desired, follow, maxSurge } from "./deployments.ts";

const NAME = "rollouts-stay-within-surge";

/** Judged when the controller makes a ReplicaSet larger; a scaled-down Deployment may be above it until it shrinks. */
export const rolloutsStayWithinSurge: Invariant<Deployments> = {
  name: NAME,
  catalogue: ["49", "I15"],
  expectation: "always",
  calmOnly: true,
  statement:
    "A Deployment's ReplicaSets are never scaled up above replicas + maxSurge together; terminating pods do not count.",
  source: "concepts/workloads/controllers/deployment: max surge",
  resources: DEPLOYMENT_RESOURCES,
  init: () => new Map(),
  onChange(deployments, change) {
    const known = follow(deployments, change);
    const { at, by, before, after } = change;
    if (known?.now === undefined || change.resource !== "replicasets.apps" || after === undefined) return undefined;
    const grown = cast<ReplicaSet>(after);
    const old = cast<ReplicaSet | undefined>(before);
    const size = grown.spec.replicas ?? 1;
    if (!byControllerManager(by) || size <= (old === undefined ? 0 : (old.spec.replicas ?? 1))) return undefined;
    let total = 0;
    for (const { now } of known.replicaSets.values()) total += now.spec.replicas ?? 1;
    const limit = mostRecently(known.past, known.now, at, (state) => desired(state) + maxSurge(state));
    if (total <= limit || ownWriteMayBeUnseen(known, grown, at)) return undefined;
    return about(
      NAME,
      at,
      known.now,
      `ReplicaSet ${grown.metadata.name} was scaled up to ${size}, so that its ReplicaSets want ${total} pods; replicas + maxSurge is ${limit}.`,
    );
  },
};

/** Another ReplicaSet grew moments ago for an older spec or template: the controller may not have seen its own write yet. */
function ownWriteMayBeUnseen(known: DeploymentHistory, grown: ReplicaSet, at: number): boolean {
  const generation = known.now?.metadata.generation ?? 0;
  for (const other of known.replicaSets.values()) {
    if (other.now.metadata.uid === grown.metadata.uid || other.grewAt < 0) continue;
    if (other.grewAt + LAG_MS < at) continue;
    if (other.grewAtGeneration < generation || !hasTemplateOf(other.now, known.now)) return true;
  }
  return false;
}

function hasTemplateOf({ spec }: ReplicaSet, deployment: Deployment | undefined): boolean {
  const { "pod-template-hash": _, ...labels } = spec.template?.metadata?.labels ?? {};
  const template = { ...spec.template, metadata: { ...spec.template?.metadata, labels } };
  return deployment !== undefined && deepEqual(template, deployment.spec.template);
}
