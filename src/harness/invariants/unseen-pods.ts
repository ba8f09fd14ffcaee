import { controllerOf } from "../../api/object.ts";
import type { Change, Delivery, World } from "../../cluster/world.ts";
import type { Invariant } from "./invariant.ts";

const WATCHER = "kube-controller-manager";

/**
 * Pods that came and went while their controller's watch was broken: it waits for them (upstream's expectations, of which the
 * five minutes are looked at only when something else wakes the controller), so their owner stands still.
 */
export interface UnseenPods {
  /** Owner by pod, both by uid: pods of which the controllers were not told. */
  readonly untold: Map<string, string>;
}

/** How an invariant keeps this as its memory. */
export const followsUnseenPods: Pick<Invariant<UnseenPods>, "resources" | "init" | "onChange" | "onDelivery"> = {
  resources: ["pods"],
  init: () => ({ untold: new Map() }),
  onChange(pods, change) {
    followPods(pods, change);
    return undefined;
  },
  onDelivery(pods, delivery) {
    followTold(pods, delivery);
    return undefined;
  },
};

function followPods({ untold }: UnseenPods, { resource, before, after }: Change): void {
  if (resource !== "pods" || before !== undefined || after === undefined) return;
  const owner = controllerOf(after);
  if (owner !== undefined) untold.set(after.metadata.uid, owner.uid);
}

/** Follows what the controllers are told; a watch tells also of pods that have gone since. */
function followTold({ untold }: UnseenPods, { process, resource, items, events }: Delivery): void {
  if (resource !== "pods" || process !== WATCHER || untold.size === 0) return;
  for (const { metadata } of items) untold.delete(metadata.uid);
  for (const { object } of events) untold.delete(object.metadata.uid);
}

/** Uids of the owners that wait for a pod that is gone. */
export function blindOwners({ untold }: UnseenPods, world: World): ReadonlySet<string> {
  const blind = new Map(untold);
  for (const { metadata } of world.objects("pods").values()) blind.delete(metadata.uid);
  return new Set(blind.values());
}
