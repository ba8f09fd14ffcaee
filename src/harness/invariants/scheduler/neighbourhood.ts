import type { Millis } from "../../../base/units.ts";
import type { Node, Pod } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import type { Change, World } from "../../../cluster/world.ts";
import { asPod, isTerminal, nodeOf } from "../../survivability/pod.ts";
import { LAG_MS } from "../recent.ts";
import type { NodeLoad } from "./node-load.ts";
import { emptyLoad, followPod, knownNeighbours } from "./node-load.ts";

/** Bound pods by node, and what changed of them not long ago. */
export interface Neighbourhood {
  readonly load: NodeLoad;
  /** When labels of a pod were changed last, or when it left or began to terminate. */
  readonly restless: Map<string, Millis>;
  /** When a node came, went or changed its labels, taints or room last. */
  nodesChanged: Millis;
}

/** Nothing is bound. */
export function emptyNeighbourhood(): Neighbourhood {
  return { load: emptyLoad(), restless: new Map(), nodesChanged: 0 };
}

/** Follows one change of a pod or node. */
export function followNeighbours(memory: Neighbourhood, change: Change): void {
  const { at, before, after } = change;
  if (change.resource === "nodes") {
    const [old, now] = [cast<Node | undefined>(before), cast<Node | undefined>(after)];
    const same =
      old !== undefined &&
      now !== undefined &&
      old.spec === now.spec &&
      old.metadata.labels === now.metadata.labels &&
      old.status?.allocatable === now.status?.allocatable;
    if (!same) memory.nodesChanged = at;
    return;
  }
  followPod(memory.load, change);
  const [old, now] = [asPod(before), asPod(after)];
  // Labels and the deletion of a pod count here, which do not matter to its share of the node.
  const pods = now === undefined ? undefined : memory.load.pods.get(nodeOf(now));
  if (now !== undefined && pods?.has(now.metadata.uid) === true) pods.set(now.metadata.uid, now);
  if (old === undefined) return;
  const { uid } = old.metadata;
  if (
    now === undefined ||
    now.metadata.labels !== old.metadata.labels ||
    now.metadata.deletionTimestamp !== old.metadata.deletionTimestamp ||
    isTerminal(now) !== isTerminal(old)
  )
    memory.restless.set(uid, at);
  if (memory.restless.size > RESTLESS_MAX)
    for (const [other, since] of memory.restless) if (since + LAG_MS < at) memory.restless.delete(other);
}

const RESTLESS_MAX = 256;

/** Whether the pod has been the same for long enough that every scheduler knows it so. */
export function isSettled({ restless }: Neighbourhood, pod: Pod, now: Millis): boolean {
  return (restless.get(pod.metadata.uid) ?? -LAG_MS - 1) + LAG_MS < now;
}

/** Whether nothing of pods and nodes changed lately but by the scheduler's own bindings. */
export function isStill(memory: Neighbourhood, { at, by }: Pick<Change, "at" | "by">): boolean {
  if (memory.nodesChanged + LAG_MS >= at) return false;
  for (const since of memory.restless.values()) if (since + LAG_MS >= at) return false;
  for (const { by: writer, at: since } of memory.load.changed.values())
    if (writer !== by && since + LAG_MS >= at) return false;
  return true;
}

/** The pods by node that the scheduler must know at this change, without `pod` itself. */
export function knownPlacement(
  memory: Neighbourhood,
  pod: Pod,
  change: Pick<Change, "at" | "by">,
): ReadonlyMap<string, readonly Pod[]> {
  const known = new Map<string, readonly Pod[]>();
  for (const name of memory.load.pods.keys()) known.set(name, knownNeighbours(memory.load, name, pod, change));
  return known;
}

/** The nodes as they are stored. */
export function nodesOf(world: World): readonly Node[] {
  return [...world.objects("nodes").values()].map((node) => cast<Node>(node));
}
