import type { Labels } from "../../../api/label-selector.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import type { NodeInfo } from "../../cache/node-info.ts";
import { specInfo } from "../../cache/pod-info.ts";
import type { Cycle } from "../../framework/cycle.ts";
import type { Status } from "../../framework/status.ts";
import { status } from "../../framework/status.ts";
import type { Term } from "./terms.ts";
import { matchesAllTerms, namespaceLabels, termMatches, termsOf, withNamespaces } from "./terms.ts";
import type { TopologyCounts } from "./topology-counts.ts";
import { addToDomain, cloneCounts, countOnNode } from "./topology-counts.ts";

/** How often existing pods stand for or against each domain. */
export interface AffinityState {
  readonly affinity: readonly Term[];
  readonly antiAffinity: readonly Term[];
  readonly namespaceLabels: Labels;
  /** Terms of existing pods against the incoming one. */
  readonly existingAnti: TopologyCounts;
  /** Pods that match all affinity terms, and pods that match an anti-affinity term, of the incoming one. */
  readonly wanted: TopologyCounts;
  readonly unwanted: TopologyCounts;
}

const NAME = "InterPodAffinity";
/** The pod's own affinity is not met. */
export const NO_AFFINITY: Status = status(
  NAME,
  "UnschedulableAndUnresolvable",
  "node(s) didn't match pod affinity rules",
);
/** The pod's own anti-affinity is in the way. */
export const ANTI_AFFINITY: Status = status(NAME, "Unschedulable", "node(s) didn't match pod anti-affinity rules");
/** The anti-affinity of a pod that is there is in the way. */
export const EXISTING_ANTI: Status = status(
  NAME,
  "Unschedulable",
  "node(s) didn't satisfy existing pods anti-affinity rules",
);

/** Counts over all pods of the snapshot; undefined when nothing concerns this pod. */
export function affinityState(cycle: Cycle): AffinityState | undefined {
  const { pod, info, cache, objects } = cycle;
  const required = info.requiredAffinity.length + info.requiredAntiAffinity.length;
  if (required === 0 && cache.withRequiredAntiAffinity.size === 0) return undefined;
  const resolve = (terms: readonly Term[]): readonly Term[] => terms.map((term) => withNamespaces(term, objects));
  const state: AffinityState = {
    affinity: resolve(termsOf(info.requiredAffinity, pod.metadata.namespace)),
    antiAffinity: resolve(termsOf(info.requiredAntiAffinity, pod.metadata.namespace)),
    namespaceLabels: namespaceLabels(objects, pod.metadata.namespace),
    existingAnti: new Map(),
    wanted: new Map(),
    unwanted: new Map(),
  };
  for (const name of cache.withRequiredAntiAffinity) {
    const node = cache.nodes.get(name);
    if (node === undefined || node.row < 0) continue;
    for (const existing of node.podsWithRequiredAntiAffinity) countExistingAnti(state, pod, existing, node, 1);
  }
  if (required > 0)
    for (const node of cycle.snapshot.list) for (const existing of node.pods) countOwn(state, existing, node, 1);
  return required === 0 && state.existingAnti.size === 0 ? undefined : state;
}

/** A copy that can be changed. */
export function cloneAffinityState(state: AffinityState): AffinityState {
  return {
    ...state,
    existingAnti: cloneCounts(state.existingAnti),
    wanted: cloneCounts(state.wanted),
    unwanted: cloneCounts(state.unwanted),
  };
}

/** A pod comes to or leaves a node in thought. */
export function updateAffinityState(state: AffinityState, cycle: Cycle, pod: Pod, node: NodeInfo, delta: 1 | -1): void {
  if (delta === 1 || !cycle.mutants.has("SCH-10")) countExistingAnti(state, cycle.pod, pod, node, delta);
  countOwn(state, pod, node, delta);
}

/** Own affinity first, then own anti-affinity, then that of the others. */
export function filterByAffinity(state: AffinityState, cycle: Cycle, node: NodeInfo): Status | undefined {
  if (!affinitySatisfied(state, cycle, node)) return NO_AFFINITY;
  for (const { topologyKey } of state.antiAffinity)
    if ((countOnNode(state.unwanted, node, topologyKey) ?? 0) > 0) return ANTI_AFFINITY;
  for (const key of state.existingAnti.keys())
    if ((countOnNode(state.existingAnti, node, key) ?? 0) > 0) return EXISTING_ANTI;
  return undefined;
}

/** Every term needs its key and a matching pod; the first pod of a group that is affine to itself needs only the keys. */
function affinitySatisfied(state: AffinityState, cycle: Cycle, node: NodeInfo): boolean {
  let exist = true;
  for (const { topologyKey } of state.affinity) {
    const count = countOnNode(state.wanted, node, topologyKey);
    if (count === undefined) return false;
    if (count <= 0) exist = false;
  }
  return exist || (state.wanted.size === 0 && matchesAllTerms(state.affinity, cycle.pod));
}

function countExistingAnti(state: AffinityState, incoming: Pod, existing: Pod, node: NodeInfo, delta: 1 | -1): void {
  for (const term of termsOf(specInfo(existing).requiredAntiAffinity, existing.metadata.namespace))
    if (termMatches(term, incoming, state.namespaceLabels))
      addToDomain(state.existingAnti, node, term.topologyKey, delta, true);
}

function countOwn(state: AffinityState, existing: Pod, node: NodeInfo, delta: 1 | -1): void {
  if (matchesAllTerms(state.affinity, existing))
    for (const { topologyKey } of state.affinity) addToDomain(state.wanted, node, topologyKey, delta, true);
  for (const term of state.antiAffinity)
    if (termMatches(term, existing, undefined)) addToDomain(state.unwanted, node, term.topologyKey, delta, true);
}
