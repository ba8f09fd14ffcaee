import type { ApiObject } from "../../../api/object.ts";
import { cast } from "../../../base/units.ts";
import type { World } from "../../../cluster/world.ts";
import { resourceOf } from "../resources.ts";
import type { Invariant } from "../invariant.ts";
import { about, byControllerManager } from "../violation.ts";

const NAME = "living-owners-protect-their-dependents";

/**
 * Kinds that only the garbage collector deletes on its own: pods, finished Jobs, empty ReplicaSets, slices and revisions
 * are also deleted by their controllers.
 */
const RESOURCES: readonly string[] = [
  "deployments.apps",
  "statefulsets.apps",
  "daemonsets.apps",
  "replicasets.apps",
  "configmaps",
  "secrets",
  "services",
];

/** The garbage collector asks the API server, by uid, before it deletes. */
export const livingOwnersProtectTheirDependents: Invariant<null> = {
  name: NAME,
  catalogue: ["29", "I10"],
  expectation: "always",
  statement: "The garbage collector never deletes an object that has an owner which exists and is not being deleted.",
  source: "concepts/architecture/garbage-collection",
  resources: RESOURCES,
  init: () => null,
  onChange(_memory, { at, by, before, after }, world) {
    if (before === undefined || before.metadata.deletionTimestamp !== undefined || !byControllerManager(by))
      return undefined;
    if (after !== undefined && after.metadata.deletionTimestamp === undefined) return undefined;
    const owners = before.metadata.ownerReferences ?? [];
    if (owners.length === 0 || isEmptyReplicaSet(before) || namespaceEnds(before, world)) return undefined;
    const namespace = before.metadata.namespace;
    for (const { kind, name, uid } of owners) {
      const objects = world.objects(resourceOf(kind));
      const owner = objects.get(`${namespace}/${name}`) ?? objects.get(name);
      if (owner === undefined || owner.metadata.uid !== uid || owner.metadata.deletionTimestamp !== undefined) continue;
      return about(NAME, at, before, `${by} deleted it, but its owner ${kind} ${name} is alive.`);
    }
    return undefined;
  },
};

/** The Deployment controller removes old ReplicaSets without pods, beyond revisionHistoryLimit. */
function isEmptyReplicaSet(object: ApiObject): boolean {
  return object.kind === "ReplicaSet" && (cast<{ spec?: { replicas?: number } }>(object).spec?.replicas ?? 1) === 0;
}

function namespaceEnds(object: ApiObject, world: World): boolean {
  const namespace = world.objects("namespaces").get(object.metadata.namespace ?? "");
  return namespace === undefined || namespace.metadata.deletionTimestamp !== undefined;
}
