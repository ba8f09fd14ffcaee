import type { ApiObject } from "../../../api/object.ts";
import type { OwnerReference } from "../../../api/types/meta-v1.ts";
import type { World } from "../../../cluster/world.ts";
import { CLUSTER_SCOPED_KINDS, isKnownKind, resourceOf } from "../resources.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { about } from "../violation.ts";

const NAME = "dependents-are-collected";

interface Memory {
  /** Where objects with owners are stored, by uid. */
  readonly dependents: Map<string, { readonly resource: string; readonly key: string }>;
  /** How often the garbage collector has listed a resource. */
  readonly lists: Map<string, number>;
}

const COLLECTOR = "kube-controller-manager";

/**
 * What nobody owns any more goes away. Upstream's collector takes an owner that another one has followed under its name, while
 * its watch was broken, for an owner that has changed (OnUpdate after a new list); those dependents are left out.
 */
export const dependentsAreCollected: Invariant<Memory> = {
  name: NAME,
  catalogue: ["30", "I11"],
  expectation: "eventually",
  statement: "An object all of whose owners are gone is deleted.",
  source: "concepts/architecture/garbage-collection",
  resources: ["*"],
  init: () => ({ dependents: new Map(), lists: new Map() }),
  onDelivery({ lists }, { process, kind, resource }) {
    if (kind === "list" && process === COLLECTOR) lists.set(resource, (lists.get(resource) ?? 0) + 1);
    return undefined;
  },
  onChange({ dependents }, { resource, key, before, after }) {
    const owners = after?.metadata.ownerReferences;
    if (before !== undefined && after !== undefined && owners === before.metadata.ownerReferences) return undefined;
    if (after !== undefined && owners !== undefined && owners.length > 0)
      dependents.set(after.metadata.uid, { resource, key });
    else if (before?.metadata.ownerReferences !== undefined) dependents.delete(before.metadata.uid);
    return undefined;
  },
  atEnd({ dependents, lists }, world) {
    const found: Violation[] = [];
    for (const { resource, key } of dependents.values()) {
      const object = world.objects(resource).get(key);
      if (object === undefined || object.metadata.deletionTimestamp !== undefined) continue;
      const owners = object.metadata.ownerReferences ?? [];
      if (owners.length === 0 || !owners.every((owner) => isAbsent(owner, object, world))) continue;
      if (owners.some((owner) => isFollowed(owner, object, world) && (lists.get(resourceOf(owner.kind)) ?? 0) > 1))
        continue;
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
function isAbsent(owner: OwnerReference, dependent: ApiObject, world: World): boolean {
  const namespaced = !CLUSTER_SCOPED_KINDS.has(owner.kind);
  if (!isKnownKind(owner.kind) || (namespaced && dependent.metadata.namespace === undefined)) return false;
  return ofThatName(owner, dependent, world)?.metadata.uid !== owner.uid;
}

/** Another object has the owner's name. */
function isFollowed(owner: OwnerReference, dependent: ApiObject, world: World): boolean {
  return isAbsent(owner, dependent, world) && ofThatName(owner, dependent, world) !== undefined;
}

function ofThatName({ kind, name }: OwnerReference, { metadata }: ApiObject, world: World): ApiObject | undefined {
  const key = CLUSTER_SCOPED_KINDS.has(kind) ? name : `${metadata.namespace ?? ""}/${name}`;
  return world.objects(resourceOf(kind)).get(key);
}
