import { cast } from "../../base/units.ts";
import { selectorMatches } from "../../api/label-selector.ts";
import type { Node, Pod, PodAffinityTerm, TopologySpreadConstraint } from "../../api/types/core-v1.ts";
import type { World } from "../../cluster/world.ts";
import { barredByCordon, hostPortClash, matchesNodeAffinity, untoleratedTaint } from "./admits.ts";
import { asPod, isTerminal, isTerminating, nodeOf } from "./pod.ts";
import { add, allocatable, firstShortage, podRequests } from "./requests.ts";

/** Bound pods that hold their share, by node. */
export type Placement = ReadonlyMap<string, readonly Pod[]>;

/** Where the pods are now. */
export function placementOf(world: World): Placement {
  const result = new Map<string, Pod[]>();
  for (const object of world.objects("pods").values()) {
    const pod = asPod(object);
    const node = nodeOf(pod);
    if (node === "" || isTerminal(pod)) continue;
    const pods = result.get(node);
    if (pods === undefined) result.set(node, [pod]);
    else pods.push(pod);
  }
  return result;
}

/** Why the node cannot take the pod beside those that are there, plainly computed; undefined when it can. */
export function refusal(pod: Pod, node: Node, placement: Placement, nodes: readonly Node[]): string | undefined {
  if (barredByCordon(pod, node)) return "it is cordoned";
  const taint = untoleratedTaint(pod, node);
  if (taint !== undefined) return `the taint ${taint.key}:${taint.effect} is not tolerated`;
  if (!matchesNodeAffinity(pod, node)) return "its labels do not match";
  const used: { [resource: string]: number } = {};
  for (const other of placement.get(node.metadata.name) ?? []) {
    if (other.metadata.uid === pod.metadata.uid) continue;
    if (hostPortClash(pod, other) !== undefined) return "a host port is taken";
    add(used, podRequests(other));
  }
  const short = firstShortage(podRequests(pod), used, allocatable(node));
  if (short !== undefined) return short === "pods" ? "it is full of pods" : `it lacks ${short}`;
  return podRefusal(pod, node, placement, nodes);
}

/** "no node fits it: it lacks cpu (3 nodes), it is cordoned (1 node)"; undefined when some node does. */
export function noNodeFits(pod: Pod, world: World): string | undefined {
  const nodes = [...world.objects("nodes").values()].map((object) => cast<Node>(object));
  if (nodes.length === 0) return "there is no node";
  const placement = placementOf(world);
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const why = refusal(pod, node, placement, nodes);
    if (why === undefined) return undefined;
    counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  const parts = [...counts].map(([why, count]) => `${why} (${count} ${count === 1 ? "node" : "nodes"})`);
  return `no node fits it: ${parts.join(", ")}`;
}

function podRefusal(pod: Pod, node: Node, placement: Placement, nodes: readonly Node[]): string | undefined {
  for (const term of pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [])
    if (meets(pod, term, node, placement, nodes)) return "required anti-affinity forbids it";
  for (const other of nodes)
    for (const neighbour of placement.get(other.metadata.name) ?? [])
      for (const term of neighbour.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [])
        if (sameDomain(term.topologyKey, node, other) && means(neighbour, term, pod))
          return "required anti-affinity forbids it";
  for (const term of pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) {
    if (term.namespaceSelector !== undefined) return "required affinity may not be met";
    const first =
      means(pod, term, pod) &&
      !nodes.some((other) => meets(pod, { ...term, topologyKey: HOSTNAME }, other, placement, nodes));
    if (!first && !meets(pod, term, node, placement, nodes)) return "required affinity is not met";
  }
  const constraints = pod.spec.topologySpreadConstraints ?? [];
  return constraints.some((constraint) => skews(pod, constraint, node, placement, nodes))
    ? "topology spread forbids it"
    : undefined;
}

const HOSTNAME = "kubernetes.io/hostname";

/** Whether a pod that the term means runs in the node's domain. */
function meets(pod: Pod, term: PodAffinityTerm, node: Node, placement: Placement, nodes: readonly Node[]): boolean {
  return nodes.some(
    (other) =>
      sameDomain(term.topologyKey, node, other) &&
      (placement.get(other.metadata.name) ?? []).some(
        (neighbour) => neighbour.metadata.uid !== pod.metadata.uid && means(pod, term, neighbour),
      ),
  );
}

/** Namespace selectors are taken to mean every namespace: an excuse too many is better than a false alarm. */
export function means(holder: Pod, term: PodAffinityTerm, target: Pod): boolean {
  const namespaces = term.namespaces ?? [holder.metadata.namespace ?? ""];
  const inside = term.namespaceSelector !== undefined || namespaces.includes(target.metadata.namespace ?? "");
  return inside && selectorMatches(term.labelSelector, target.metadata.labels);
}

/** Whether two nodes are in one domain of the topology. */
export function sameDomain(topologyKey: string, a: Node, b: Node): boolean {
  const value = domain(topologyKey, a);
  return value !== undefined && value === domain(topologyKey, b);
}

function domain(topologyKey: string, node: Node): string | undefined {
  return node.metadata.labels?.[topologyKey] ?? (topologyKey === HOSTNAME ? node.metadata.name : undefined);
}

/** Whether a hard constraint forbids the node: it lacks the label, or the pod would make the skew too large. */
function skews(
  pod: Pod,
  constraint: TopologySpreadConstraint,
  node: Node,
  placement: Placement,
  nodes: readonly Node[],
): boolean {
  if (constraint.whenUnsatisfiable !== "DoNotSchedule") return false;
  if (domain(constraint.topologyKey, node) === undefined) return true;
  return skewWith(pod, constraint, node, placement, nodes) > constraint.maxSkew;
}

/** The skew that a hard constraint would see with the pod on the node: matching pods there, less those of the emptiest eligible domain. */
export function skewWith(
  pod: Pod,
  constraint: TopologySpreadConstraint,
  node: Node,
  placement: Placement,
  nodes: readonly Node[],
): number {
  const { topologyKey, labelSelector, matchLabelKeys = [] } = constraint;
  const selects = (other: Pod): boolean =>
    selectorMatches(labelSelector, other.metadata.labels) &&
    matchLabelKeys.every((key) => other.metadata.labels?.[key] === pod.metadata.labels?.[key]);
  const counts = new Map<string, number>();
  for (const other of nodes) {
    if (!isEligible(pod, constraint, other)) continue;
    const value = domain(topologyKey, other) ?? "";
    const here = (placement.get(other.metadata.name) ?? []).filter(
      (neighbour) =>
        neighbour.metadata.uid !== pod.metadata.uid &&
        neighbour.metadata.namespace === pod.metadata.namespace &&
        !isTerminating(neighbour) &&
        selects(neighbour),
    );
    counts.set(value, (counts.get(value) ?? 0) + here.length);
  }
  const least = counts.size === 0 || counts.size < (constraint.minDomains ?? 0) ? 0 : Math.min(...counts.values());
  return (counts.get(domain(topologyKey, node) ?? "") ?? 0) + (selects(pod) ? 1 : 0) - least;
}

/** Whether the pods of a node count: it has all labels of the pod's hard constraints, and the policies include it. */
function isEligible(pod: Pod, constraint: TopologySpreadConstraint, node: Node): boolean {
  for (const { topologyKey, whenUnsatisfiable } of pod.spec.topologySpreadConstraints ?? [])
    if (whenUnsatisfiable === "DoNotSchedule" && domain(topologyKey, node) === undefined) return false;
  if (constraint.nodeAffinityPolicy !== "Ignore" && !matchesNodeAffinity(pod, node)) return false;
  return constraint.nodeTaintsPolicy !== "Honor" || untoleratedTaint(pod, node) === undefined;
}
