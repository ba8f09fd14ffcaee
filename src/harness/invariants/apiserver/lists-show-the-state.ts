import { objectKey } from "../../../api/object.ts";
import type { Invariant } from "../invariant.ts";
import { isSelected } from "../selected.ts";

const NAME = "lists-show-the-state";

/** The list with which an informer begins. */
export const listsShowTheState: Invariant<null> = {
  name: NAME,
  catalogue: ["20", "23"],
  expectation: "always",
  statement:
    "A list without a version shows every stored object that its selector selects, as it is stored, and no other.",
  source: "api-concepts: resource versions, the semantics of get and list",
  resources: [],
  init: () => null,
  onDelivery(_memory, { at, process, resource, selectors, kind, mayBeOld, items }, world) {
    if (kind === "watch" || mayBeOld) return undefined;
    const stored = world.objects(resource);
    const object = `${process} ${resource}`;
    const found = (what: string): { invariant: string; at: number; object: string; sentence: string } => ({
      invariant: NAME,
      at,
      object,
      sentence: `The list of ${resource} for ${process} ${what}.`,
    });
    for (const item of items) {
      const key = objectKey(item);
      const truth = stored.get(key);
      if (truth === undefined) return found(`shows ${key}, which is not stored`);
      const { resourceVersion } = item.metadata;
      if (truth.metadata.resourceVersion !== resourceVersion)
        return found(`shows ${key} at ${resourceVersion}, stored is ${truth.metadata.resourceVersion}`);
    }
    let count = 0;
    for (const truth of stored.values()) if (isSelected(selectors, truth)) count += 1;
    return count === items.length ? undefined : found(`has ${items.length} objects, stored are ${count}`);
  },
};
