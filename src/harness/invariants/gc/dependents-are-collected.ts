import type { ApiObject } from "../../../api/object.ts";
import { CLUSTER_SCOPED_KINDS, isKnownKind, resourceOf } from "../resources.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { about } from "../violation.ts";

const NAME = "dependents-are-collected";

/** Objects with owners, by "resource key". */
type Memory = Map<string, ApiObject>;

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
    const owned = (after?.metadata.ownerReferences?.length ?? 0) > 0;
    if (owned && after !== undefined) memory.set(`${resource} ${key}`, after);
    else if (before?.metadata.ownerReferences !== undefined) memory.delete(`${resource} ${key}`);
    return undefined;
  },
  atEnd(memory, world) {
    const found: Violation[] = [];
    for (const object of memory.values()) {
      if (object.metadata.deletionTimestamp !== undefined) continue;
      const namespace = object.metadata.namespace;
      const owners = object.metadata.ownerReferences ?? [];
      const absent = owners.every(({ kind, name, uid }) => {
        const namespaced = !CLUSTER_SCOPED_KINDS.has(kind);
        if (!isKnownKind(kind) || (namespaced && namespace === undefined)) return false;
        return world.objects(resourceOf(kind)).get(namespaced ? `${namespace}/${name}` : name)?.metadata.uid !== uid;
      });
      if (absent) found.push(about(NAME, world.now, object, `Its owner ${owners[0]?.kind} ${owners[0]?.name} is gone, but it is still there.`));
    }
    return found;
  },
};
