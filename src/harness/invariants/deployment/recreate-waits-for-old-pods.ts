import type { Millis } from "../../../base/units.ts";
import { cast } from "../../../base/units.ts";
import { controllerOf } from "../../../api/object.ts";
import type { ApiObject } from "../../../api/object.ts";
import type { Deployment } from "../../../api/types/apps-v1.ts";
import type { Change } from "../../../cluster/world.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import { asPod, isTerminal } from "../../survivability/pod.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { LAG_MS } from "../recent.ts";
import { about } from "../violation.ts";

interface Memory {
  /** uid of each Deployment → whether its strategy has always been Recreate, and it was never paused. */
  readonly recreates: Map<string, boolean>;
  /** uid of each ReplicaSet → uid of its Deployment. */
  readonly deploymentOf: Map<string, string>;
  /** Deployment → pod uid → pod, for Recreate. */
  readonly pods: Map<string, Map<string, { readonly replicaSet: string; readonly createdAt: Millis; pod: Pod }>>;
}

const NAME = "recreate-waits-for-old-pods";

/**
 * Two versions never run side by side. Pods of the last seconds may be unseen by the controller; those of a ReplicaSet
 * that was deleted are none of the Deployment's. A Deployment that is paused amid a rollout is only scaled, upstream too: its
 * newest ReplicaSet, whatever of the old pods still runs.
 */
export const recreateWaitsForOldPods: Invariant<Memory> = {
  name: NAME,
  catalogue: ["51"],
  expectation: "always",
  calmOnly: true,
  statement: "With strategy Recreate no pod of a new template is created before all old pods have ended.",
  source: "concepts/workloads/controllers/deployment: recreate deployment",
  resources: ["deployments.apps", "replicasets.apps", "pods"],
  init: () => ({ recreates: new Map(), deploymentOf: new Map(), pods: new Map() }),
  onChange(memory, change) {
    if (change.resource === "deployments.apps") followDeployment(memory, change);
    else if (change.resource === "replicasets.apps") followReplicaSet(memory, change);
    else return followPod(memory, change);
    return undefined;
  },
};

function followDeployment(memory: Memory, { before, after }: Change): void {
  const deployment = cast<Deployment | undefined>(after);
  if (deployment === undefined) {
    if (before !== undefined) memory.recreates.delete(before.metadata.uid);
    return;
  }
  const recreate = deployment.spec.strategy?.type === "Recreate";
  if (before !== undefined && (!recreate || deployment.spec.paused === true))
    memory.recreates.set(deployment.metadata.uid, false);
  else if (before === undefined) memory.recreates.set(deployment.metadata.uid, recreate);
}

function followReplicaSet(memory: Memory, { before, after }: Change): void {
  const object = after ?? before;
  const owner = object === undefined ? undefined : controllerOf(object);
  if (object === undefined || owner?.kind !== "Deployment") return;
  if (after !== undefined) {
    memory.deploymentOf.set(object.metadata.uid, owner.uid);
    return;
  }
  memory.deploymentOf.delete(object.metadata.uid);
  const pods = memory.pods.get(owner.uid);
  for (const [uid, { replicaSet }] of pods ?? []) if (replicaSet === object.metadata.uid) pods?.delete(uid);
}

/** A pod that is deleted, or relabelled and so released by its ReplicaSet, is no pod of the Deployment any more. */
function forget(memory: Memory, before: ApiObject, after: ApiObject | undefined): void {
  const owner = controllerOf(before)?.uid;
  if (after !== undefined && keepsLabels(before, after) && controllerOf(after)?.uid === owner) return;
  memory.pods.get(memory.deploymentOf.get(owner ?? "") ?? "")?.delete(before.metadata.uid);
}

/** A binding adds the node's zone and region; only a label that is lost or changed can end the selection. */
function keepsLabels({ metadata: { labels = {} } }: ApiObject, after: ApiObject): boolean {
  if (labels === after.metadata.labels) return true;
  for (const name in labels) if (after.metadata.labels?.[name] !== labels[name]) return false;
  return true;
}

function followPod(memory: Memory, { at, before, after }: Change): Violation | undefined {
  if (before !== undefined) forget(memory, before, after);
  if (after === undefined) return undefined;
  const replicaSet = controllerOf(after)?.uid;
  const deployment = replicaSet === undefined ? undefined : memory.deploymentOf.get(replicaSet);
  if (replicaSet === undefined || deployment === undefined || memory.recreates.get(deployment) !== true)
    return undefined;
  let pods = memory.pods.get(deployment);
  if (pods === undefined) memory.pods.set(deployment, (pods = new Map()));
  const pod = asPod(after);
  const known = pods.get(pod.metadata.uid);
  if (known !== undefined) {
    known.pod = pod;
    return undefined;
  }
  if (before !== undefined) return undefined;
  pods.set(pod.metadata.uid, { replicaSet, createdAt: at, pod });
  for (const other of pods.values()) {
    if (other.replicaSet === replicaSet || other.createdAt + LAG_MS >= at || isTerminal(other.pod)) continue;
    return about(NAME, at, pod, `It was created while ${other.pod.metadata.name} of another ReplicaSet had not ended.`);
  }
  return undefined;
}
