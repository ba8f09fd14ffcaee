import type { ApiObject } from "../../../api/object.ts";
import type { OwnerReference } from "../../../api/types/meta-v1.ts";
import type { World } from "../../../cluster/world.ts";
import { CLUSTER_SCOPED_KINDS, isKnownKind, resourceOf } from "../resources.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { about } from "../violation.ts";

const NAME = "dependents-are-collected";

/** Where objects with owners are stored, by uid. */
type Memory = Map<string, { readonly resource: string; readonly key: string }>;

/** What nobody owns any more goes away. */
export const dependentsAreCollected: Invariant<Memory> = {
  name: NAME,
  catalogue: ["30", "I11"],
  expectation: "eventually",
  statement: "An object all of whose owners are gone is deleted.",
  source: "concepts/architecture/garbage-collection",
  resources: ["*"],
  init: () => new Map(),
  onChange(memory, { resource, key, before, after }) {
    const owners = after?.metadata.ownerReferences;
    if (before !== undefined && after !== undefined && owners === before.metadata.ownerReferences) return undefined;
    if (after !== undefined && owners !== undefined && owners.length > 0)
      memory.set(after.metadata.uid, { resource, key });
    else if (before?.metadata.ownerReferences !== undefined) memory.delete(before.metadata.uid);
    return undefined;
  },
  atEnd(memory, world) {
    const found: Violation[] = [];
    for (const { resource, key } of memory.values()) {
      const object = world.objects(resource).get(key);
      if (object === undefined || object.metadata.deletionTimestamp !== undefined) continue;
      const owners = object.metadata.ownerReferences ?? [];
      if (owners.length === 0 || !owners.every((owner) => isAbsent(owner, object, world))) continue;
      found.push(
        about(
          NAME,
          world.now,
          object,
          `Its owner ${owners[0]?.kind} ${owners[0]?.name} is gone, but it is still there.`,
        ),
      );
    }
    return found;
  },
};

/** Owners of unknown kinds, and namespaced owners of cluster-scoped objects, are never taken for absent. */
function isAbsent({ kind, name, uid }: OwnerReference, dependent: ApiObject, world: World): boolean {
  const namespace = dependent.metadata.namespace;
  const namespaced = !CLUSTER_SCOPED_KINDS.has(kind);
  if (!isKnownKind(kind) || (namespaced && namespace === undefined)) return false;
  return world.objects(resourceOf(kind)).get(namespaced ? `${namespace}/${name}` : name)?.metadata.uid !== uid;
}
