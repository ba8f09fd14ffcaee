import { compareText } from "../../base/order.ts";
import type { Millis } from "../../base/units.ts";
import type { DaemonSet } from "../../api/types/apps-v1.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import { isAvailable } from "../pods.ts";
import { placementOf, targetNode } from "./placement.ts";
import type { Placement } from "./placement.ts";

export const HASH_LABEL = "controller-revision-hash";
export const GENERATION_LABEL = "pod-template-generation";

/** A node, whether it should have a daemon pod, and those that it has. */
export interface Place {
  readonly node: Node;
  readonly placement: Placement;
  readonly pods: readonly Pod[];
}

/** A DaemonSet and its pods by node. */
export interface DaemonView {
  readonly set: DaemonSet;
  /** Hash of the present template. */
  readonly hash: string;
  readonly places: readonly Place[];
  /** Unbound pods that are meant for nodes which do not exist. */
  readonly lost: readonly Pod[];
  readonly now: Millis;
}

/** Sorts pods to nodes; nodes come in the order of their names. */
export function viewOf(
  set: DaemonSet,
  hash: string,
  { nodes, pods }: { readonly nodes: readonly Node[]; readonly pods: readonly Pod[] },
  { now, mutants }: { readonly now: Millis; readonly mutants: ReadonlySet<string> },
): DaemonView {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = targetNode(pod);
    const there = byNode.get(node);
    if (there === undefined) byNode.set(node, [pod]);
    else there.push(pod);
  }
  const sorted = [...nodes].sort((a, b) => compareText(a.metadata.name, b.metadata.name));
  const places = sorted.map((node) => ({
    node,
    placement: placementOf(set, node, mutants),
    pods: (byNode.get(node.metadata.name) ?? []).sort(boundThenOldest),
  }));
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  const lost = pods.filter((pod) => (pod.spec.nodeName ?? "") === "" && !names.has(targetNode(pod)));
  return { set, hash, places, lost, now };
}

function boundThenOldest(a: Pod, b: Pod): number {
  const boundA = (a.spec.nodeName ?? "") !== "";
  if (boundA !== ((b.spec.nodeName ?? "") !== "")) return boundA ? -1 : 1;
  return (
    compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
    compareText(a.metadata.name, b.metadata.name)
  );
}

/** Whether the pod is of the present template: by its generation or by its hash. */
export function isUpdated({ metadata }: Pod, { set, hash }: Pick<DaemonView, "set" | "hash">): boolean {
  const generation = set.metadata.annotations?.["deprecated.daemonset.template.generation"];
  const { labels } = metadata;
  return (
    (generation !== undefined && labels?.[GENERATION_LABEL] === generation) ||
    (hash !== "" && labels?.[HASH_LABEL] === hash)
  );
}

/** Whether the pod is available for the set's minReadySeconds. */
export function isDaemonAvailable(pod: Pod, { set, now }: DaemonView): boolean {
  return isAvailable(pod, set.spec?.minReadySeconds ?? 0, now);
}
