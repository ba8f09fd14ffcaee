import { cast } from "../../../base/units.ts";
import { controllerOf } from "../../../api/object.ts";
import type { Deployment, ReplicaSet } from "../../../api/types/apps-v1.ts";
import type { World } from "../../../cluster/world.ts";
import { changedLately } from "../../survivability/pod.ts";
import { excuseOfWorkload, podsOf } from "../../survivability.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { blindOwners, followsUnseenPods } from "../unseen-pods.ts";
import type { UnseenPods } from "../unseen-pods.ts";
import { about } from "../violation.ts";

const NAME = "deployments-converge";

/** Eventually stable reconciliation of Deployments. */
export const deploymentsConverge: Invariant<UnseenPods> = {
  name: NAME,
  catalogue: ["54", "109", "I16", "I20"],
  expectation: "eventually",
  statement:
    "Every Deployment reaches updated = available = replicas with its old ReplicaSets at 0, unless no cluster could.",
  source: "concepts/workloads/controllers/deployment: complete deployment",
  ...followsUnseenPods,
  atEnd(pods, world, { trouble }) {
    const found: Violation[] = [];
    const blind = blindOwners(pods, world);
    for (const object of world.objects("deployments.apps").values()) {
      const deployment = cast<Deployment>(object);
      if (deployment.metadata.deletionTimestamp !== undefined) continue;
      if (blind.size > 0 && replicaSetsOf(deployment, world).some(({ metadata }) => blind.has(metadata.uid))) continue;
      const lack = shortcoming(deployment) ?? oldReplicaSet(deployment, world);
      if (lack === undefined) continue;
      const minReadyMs = (deployment.spec.minReadySeconds ?? 0) * 1000;
      if (podsOf(deployment, world).some((pod) => changedLately(pod, world.now, minReadyMs))) continue;
      if (excuseOfWorkload(deployment, world, trouble) !== undefined) continue;
      found.push(about(NAME, world.now, deployment, `${lack}, and nothing excuses it.`));
    }
    return found;
  },
};

function shortcoming({ metadata, spec, status = {} }: Deployment): string | undefined {
  const replicas = spec.replicas ?? 1;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0))
    return "Its controller has not observed its last change";
  const counts = {
    updated: status.updatedReplicas ?? 0,
    available: status.availableReplicas ?? 0,
    current: status.replicas ?? 0,
  };
  for (const [name, count] of Object.entries(counts))
    if (count !== replicas) return `It has ${count} ${name} replicas instead of ${replicas}`;
  return undefined;
}

/** The newest ReplicaSet by revision holds all pods. */
function oldReplicaSet(deployment: Deployment, world: World): string | undefined {
  const sizes: { readonly name: string; readonly size: number; readonly revision: number }[] = [];
  for (const { metadata, spec } of replicaSetsOf(deployment, world)) {
    const revision = Number(metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
    sizes.push({ name: metadata.name, size: spec.replicas ?? 1, revision });
  }
  const newest = Math.max(0, ...sizes.map(({ revision }) => revision));
  const old = sizes.find(({ size, revision }) => size > 0 && revision < newest);
  return old === undefined ? undefined : `Its old ReplicaSet ${old.name} still wants ${old.size} pods`;
}

function replicaSetsOf({ metadata }: Deployment, world: World): readonly ReplicaSet[] {
  const all = [...world.objects("replicasets.apps").values()];
  return all.filter((object) => controllerOf(object)?.uid === metadata.uid).map((object) => cast<ReplicaSet>(object));
}
