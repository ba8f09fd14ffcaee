import type { Labels } from "../../../api/label-selector.ts";
import type { Pod, WeightedPodAffinityTerm } from "../../../api/types/core-v1.ts";
import type { NodeInfo } from "../../cache/node-info.ts";
import { specInfo } from "../../cache/pod-info.ts";
import type { Cycle } from "../../framework/cycle.ts";
import type { Objects } from "../../framework/objects.ts";
import type { Term } from "./terms.ts";
import { namespaceLabels, termMatches, termOf, termsOf, withNamespaces } from "./terms.ts";
import type { TopologyCounts } from "./topology-counts.ts";
import { addToDomain, countOnNode } from "./topology-counts.ts";

interface WeightedTerm {
  readonly term: Term;
  readonly weight: number;
}

/** Sums of weights per domain, of both the pod's preferences and those of existing pods; undefined: nothing to score. */
export function affinityScores(cycle: Cycle): TopologyCounts | undefined {
  const { pod, info, cache, objects, profile } = cycle;
  const constrained = info.preferredAffinity.length + info.preferredAntiAffinity.length > 0;
  const { ignorePreferredTermsOfExistingPods, hardPodAffinityWeight } = profile.args.InterPodAffinity;
  if (!constrained && (ignorePreferredTermsOfExistingPods || cache.withAffinity.size === 0)) return undefined;
  const counts: TopologyCounts = new Map();
  const own = [
    ...resolved(info.preferredAffinity, 1, pod, objects),
    ...resolved(info.preferredAntiAffinity, -1, pod, objects),
  ];
  const labels = namespaceLabels(objects, pod.metadata.namespace);
  if (constrained) {
    for (const node of cycle.snapshot.list) {
      for (const existing of node.pods) {
        for (const { term, weight } of own)
          if (termMatches(term, existing, undefined)) addToDomain(counts, node, term.topologyKey, weight, false);
      }
    }
  }
  for (const name of cache.withAffinity) {
    const node = cache.nodes.get(name);
    if (node === undefined || node.row < 0) continue;
    for (const existing of node.podsWithAffinity)
      countExisting(counts, existing, node, pod, labels, hardPodAffinityWeight);
  }
  return counts.size === 0 ? undefined : counts;
}

/** Sum over the domains that the node is in. */
export function scoreAffinity(counts: TopologyCounts, node: NodeInfo): number {
  let score = 0;
  for (const key of counts.keys()) score += countOnNode(counts, node, key) ?? 0;
  return score;
}

/** Spreads the scores between their minimum and maximum over 0..100; equal ones become 0. */
export function normalizeAffinity(scores: number[]): void {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const score of scores) {
    if (score < min) min = score;
    if (score > max) max = score;
  }
  const range = max - min;
  for (let i = 0; i < scores.length; i += 1)
    scores[i] = range > 0 ? Math.trunc(100 * (((scores[i] ?? 0) - min) / range)) : 0;
}

function countExisting(
  counts: TopologyCounts,
  existing: Pod,
  node: NodeInfo,
  pod: Pod,
  labels: Labels,
  hardWeight: number,
): void {
  const spec = specInfo(existing);
  const namespace = existing.metadata.namespace;
  const count = (term: Term, weight: number): void => {
    if (termMatches(term, pod, labels)) addToDomain(counts, node, term.topologyKey, weight, false);
  };
  if (hardWeight > 0) for (const term of termsOf(spec.requiredAffinity, namespace)) count(term, hardWeight);
  for (const { weight, podAffinityTerm } of spec.preferredAffinity)
    count(termOf(podAffinityTerm, namespace ?? ""), weight);
  for (const { weight, podAffinityTerm } of spec.preferredAntiAffinity)
    count(termOf(podAffinityTerm, namespace ?? ""), -weight);
}

function resolved(
  terms: readonly WeightedPodAffinityTerm[],
  sign: 1 | -1,
  pod: Pod,
  objects: Objects,
): readonly WeightedTerm[] {
  return terms.map(({ weight, podAffinityTerm }) => ({
    term: withNamespaces(termOf(podAffinityTerm, pod.metadata.namespace ?? ""), objects),
    weight: sign * weight,
  }));
}
