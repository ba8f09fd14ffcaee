import type { Millis } from "../../../base/units.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import type { Change } from "../../../cluster/world.ts";
import { asPod, isTerminal, nodeOf } from "../../survivability/pod.ts";
import { LAG_MS } from "../recent.ts";
import { boundByScheduler } from "./node-states.ts";

/** Pods that hold their share of a node. */
export interface NodeLoad {
  /** node → uid → pod */
  readonly pods: Map<string, Map<string, Pod>>;
  /** Who put a pod on a node or changed its spec, and when: a scheduler knows its own bindings, others it learns only later. */
  readonly changed: Map<string, { readonly by: string; readonly at: Millis }>;
}

/** Nothing is bound. */
export function emptyLoad(): NodeLoad {
  return { pods: new Map(), changed: new Map() };
}

/** Follows one change of a pod: bound and not terminal means that it holds its share, also while it terminates. */
export function followPod(load: NodeLoad, change: Change): void {
  const old = asPod(change.before);
  const now = asPod(change.after);
  if (old !== undefined && old.spec === now?.spec && isTerminal(old) === isTerminal(now)) return;
  const from = nodeOf(old);
  const to = nodeOf(now);
  if (now !== undefined && to !== "" && !isTerminal(now)) {
    let pods = load.pods.get(to);
    if (pods === undefined) load.pods.set(to, (pods = new Map()));
    pods.set(now.metadata.uid, now);
    if (now.spec === old?.spec) return;
    const by = boundByScheduler(change) === undefined ? "" : change.by;
    load.changed.set(now.metadata.uid, { by, at: change.at });
  } else if (old !== undefined && from !== "") {
    const pods = load.pods.get(from);
    pods?.delete(old.metadata.uid);
    if (pods?.size === 0) load.pods.delete(from);
    load.changed.delete(old.metadata.uid);
  }
}

/** The other pods of a node that the scheduler `by` must know when it binds `pod` there. */
export function knownNeighbours(
  load: NodeLoad,
  node: string,
  pod: Pod,
  { at: now, by }: Pick<Change, "at" | "by">,
): Pod[] {
  const found: Pod[] = [];
  for (const other of load.pods.get(node)?.values() ?? []) {
    if (other.metadata.uid === pod.metadata.uid) continue;
    const changed = load.changed.get(other.metadata.uid);
    if (changed === undefined || changed.by === by || changed.at + LAG_MS < now) found.push(other);
  }
  return found;
}
