import { objectKey } from "../../../api/object.ts";
import type { ApiObject, Resource } from "../../../api/object.ts";
import type { Change, World } from "../../../cluster/world.ts";
import type { Invariant } from "../invariant.ts";
import { isSelected } from "../selected.ts";

const NAME = "old-lists-show-a-past-state";

interface Memory {
  /** All writes so far, in order. */
  readonly writes: Map<Resource, Change[]>;
}

/** What a lagging watch cache lists was once true as a whole. Lists of the newest state are judged by lists-show-the-state. */
export const oldListsShowAPastState: Invariant<Memory> = {
  name: NAME,
  catalogue: ["3", "20"],
  expectation: "always",
  statement: "A list that may be old shows exactly what was stored at the revision that it bears.",
  source: "etcd API guarantees: serializable reads; api-concepts: resource versions, the semantics of get and list",
  resources: ["*"],
  init: () => ({ writes: new Map() }),
  onChange({ writes }, change) {
    const list = writes.get(change.resource);
    if (list === undefined) writes.set(change.resource, [change]);
    else list.push(change);
    return undefined;
  },
  onDelivery({ writes }, { at, process, resource, selectors, kind, mayBeOld, revision, items }, world) {
    if (kind === "watch" || !mayBeOld) return undefined;
    const stored = stateAt(revision, resource, world, writes.get(resource) ?? []);
    const shown = new Map(items.map((item) => [objectKey(item), item]));
    let problem: string | undefined;
    for (const [key, object] of stored) {
      if (!isSelected(selectors, object)) continue;
      if (shown.get(key)?.metadata.resourceVersion !== object.metadata.resourceVersion)
        problem ??= `does not show ${key} at ${object.metadata.resourceVersion}`;
      shown.delete(key);
    }
    for (const key of shown.keys()) problem ??= `shows ${key}, which was not stored`;
    if (problem === undefined) return undefined;
    const sentence = `The list of ${resource} at revision ${revision} for ${process} ${problem}.`;
    return { invariant: NAME, at, object: `${process} ${resource}`, sentence };
  },
};

/** What was stored at an earlier revision: the present state without the writes since. */
function stateAt(
  revision: number,
  resource: Resource,
  world: World,
  writes: readonly Change[],
): ReadonlyMap<string, ApiObject> {
  const state = new Map(world.objects(resource));
  for (let i = writes.length - 1; i >= 0; i -= 1) {
    const write = writes[i];
    if (write === undefined || write.revision <= revision) break;
    if (write.before === undefined) state.delete(write.key);
    else state.set(write.key, write.before);
  }
  return state;
}
