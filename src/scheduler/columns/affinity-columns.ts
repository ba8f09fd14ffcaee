// HOT: counts by domain kept as pods come and go; InterPodAffinity's own walk over all pods is the slow oracle.
import type { Labels } from "../../api/label-selector.ts";
import type { Pod, PodAffinityTerm, WeightedPodAffinityTerm } from "../../api/types/core-v1.ts";
import type { NodeInfo } from "../cache/node-info.ts";
import type { SpecInfo } from "../cache/pod-info.ts";
import { specInfo } from "../cache/pod-info.ts";
import type { Status } from "../framework/status.ts";
import { ANTI_AFFINITY, EXISTING_ANTI, NO_AFFINITY } from "../plugins/inter-pod-affinity/filtering.ts";
import type { Term } from "../plugins/inter-pod-affinity/terms.ts";
import { matchesAllTerms, termMatches, termOf, termsOf, withNamespaces } from "../plugins/inter-pod-affinity/terms.ts";
import type { Columns } from "./columns.ts";
import { valuesOf } from "./columns.ts";
import type { DomainCounts } from "./domain-counts.ts";
import { addToRow, countsLike, emptyCounts, isLevel, liesWithin, placeRow } from "./domain-counts.ts";
import type { Gate } from "./gate.ts";
import type { Incoming } from "./incoming.ts";
import { sameLabels } from "./same-labels.ts";
import type { Scratch } from "./scratch.ts";
import { scaledOver } from "./scratch.ts";

type ByLabel = Map<string, DomainCounts>;

interface WeightedTerm {
  readonly term: Term;
  readonly weight: number;
}

/** What pods that are there say for and against each domain, for incoming pods that are alike. */
export interface AffinityColumns {
  readonly columns: Columns;
  readonly pod: Pod;
  /** Labels of the pod's namespace. */
  readonly namespaceLabels: Labels;
  readonly affinity: readonly Term[];
  readonly antiAffinity: readonly Term[];
  readonly preferred: readonly WeightedTerm[];
  /** Whether the preferences of pods that are there count, and with which weight their requirements. */
  readonly scoresExisting: boolean;
  readonly hardWeight: number;
  /** The nodes by row, for labels that come up later. */
  readonly nodes: readonly NodeInfo[];
  readonly wanted: ByLabel;
  readonly unwanted: ByLabel;
  readonly existingAnti: ByLabel;
  readonly weights: ByLabel;
  readonly latest: { additions: Additions | undefined };
}

const ANY = 0x7fff_ffff;
const NONE: readonly Gate[] = [];

/** Columns for the pod, to be filled row by row. */
export function affinityColumns({ columns, pod, info, profile, environment }: Incoming): AffinityColumns {
  const { objects, cache } = environment;
  const { InterPodAffinity: args } = profile.args;
  const namespace = pod.metadata.namespace;
  const resolve = (terms: readonly PodAffinityTerm[]): readonly Term[] =>
    termsOf(terms, namespace).map((term) => withNamespaces(term, objects));
  const weigh = (terms: readonly WeightedPodAffinityTerm[], sign: 1 | -1): readonly WeightedTerm[] =>
    terms.map(({ weight, podAffinityTerm }) => ({
      term: withNamespaces(termOf(podAffinityTerm, namespace ?? ""), objects),
      weight: sign * weight,
    }));
  const preferred = [...weigh(info.preferredAffinity, 1), ...weigh(info.preferredAntiAffinity, -1)];
  const affinity = resolve(info.requiredAffinity);
  const antiAffinity = resolve(info.requiredAntiAffinity);
  const made: AffinityColumns = {
    columns,
    pod,
    namespaceLabels: objects.get("namespaces", namespace ?? "")?.metadata.labels,
    affinity,
    antiAffinity,
    preferred,
    scoresExisting: preferred.length > 0 || !args.ignorePreferredTermsOfExistingPods,
    hardWeight: args.hardPodAffinityWeight,
    nodes: cache.snapshot.list,
    wanted: new Map(),
    unwanted: new Map(),
    existingAnti: new Map(),
    weights: new Map(),
    latest: { additions: undefined },
  };
  for (const { topologyKey } of affinity) countsOf(made, made.wanted, topologyKey, -1);
  for (const { topologyKey } of antiAffinity) countsOf(made, made.unwanted, topologyKey, 0);
  for (const { term } of preferred) countsOf(made, made.weights, term.topologyKey, 0);
  return made;
}

/** Whether pods without terms of their own matter. */
export function looksAtAll({ affinity, antiAffinity, preferred }: AffinityColumns): boolean {
  return affinity.length + antiAffinity.length + preferred.length > 0;
}

/** A node changed; columns that are new have all nodes placed. */
export function placeAffinity(
  { wanted, unwanted, existingAnti, weights }: AffinityColumns,
  row: number,
  node: NodeInfo,
): void {
  for (const counts of wanted.values()) placeRow(counts, row, node, true);
  for (const counts of unwanted.values()) placeRow(counts, row, node, true);
  for (const counts of existingAnti.values()) placeRow(counts, row, node, true);
  for (const counts of weights.values()) placeRow(counts, row, node, true);
}

/** What one pod adds, domain by domain. */
interface Addition {
  readonly counts: DomainCounts;
  readonly by: number;
}

/** What a pod adds, kept for the next one: pods that come in a row are often alike. */
interface Additions {
  readonly info: SpecInfo;
  readonly namespace: string | undefined;
  readonly labels: Labels;
  readonly all: readonly Addition[];
}

/** A pod came to the row or left it. */
export function addToAffinity(own: AffinityColumns, row: number, pod: Pod, sign: number): void {
  const info = specInfo(pod);
  const { namespace, labels } = pod.metadata;
  let latest = own.latest.additions;
  if (latest?.info !== info || latest.namespace !== namespace || !sameLabels(latest.labels, labels)) {
    latest = { info, namespace, labels, all: additionsOf(own, pod, info) };
    own.latest.additions = latest;
  }
  const { all } = latest;
  for (let i = 0; i < all.length; i += 1) {
    const { counts, by } = all[i] as Addition;
    addToRow(counts, row, sign * by);
  }
}

function additionsOf(own: AffinityColumns, pod: Pod, info: SpecInfo): readonly Addition[] {
  const { affinity, antiAffinity, preferred } = own;
  const all: Addition[] = [];
  const add = (from: ByLabel, label: string, absent: number, by: number): void => {
    all.push({ counts: countsOf(own, from, label, absent), by });
  };
  if (affinity.length > 0 && matchesAllTerms(affinity, pod))
    for (const { topologyKey } of affinity) add(own.wanted, topologyKey, -1, 1);
  for (const term of antiAffinity) if (termMatches(term, pod, undefined)) add(own.unwanted, term.topologyKey, 0, 1);
  for (const { term, weight } of preferred)
    if (termMatches(term, pod, undefined)) add(own.weights, term.topologyKey, 0, weight);
  if (!info.hasPodAffinity) return all;
  const namespace = pod.metadata.namespace;
  const { pod: incoming, namespaceLabels, hardWeight } = own;
  const addTerm = (term: Term, from: ByLabel, by: number): void => {
    if (termMatches(term, incoming, namespaceLabels)) add(from, term.topologyKey, 0, by);
  };
  for (const term of termsOf(info.requiredAntiAffinity, namespace)) addTerm(term, own.existingAnti, 1);
  if (!own.scoresExisting) return all;
  if (hardWeight > 0)
    for (const term of termsOf(info.requiredAffinity, namespace)) addTerm(term, own.weights, hardWeight);
  for (const { weight, podAffinityTerm } of info.preferredAffinity)
    addTerm(termOf(podAffinityTerm, namespace ?? ""), own.weights, weight);
  for (const { weight, podAffinityTerm } of info.preferredAntiAffinity)
    addTerm(termOf(podAffinityTerm, namespace ?? ""), own.weights, -weight);
  return all;
}

/** Requirements as gates: own affinity first, then own anti-affinity, then that of the others. */
export function affinityGates(own: AffinityColumns): readonly Gate[] {
  let gates: Gate[] | undefined;
  const add = (counts: DomainCounts, least: number, most: number, said: Status): void => {
    if (liesWithin(counts, least, most)) return;
    const { domain, sums } = counts;
    gates ??= [];
    gates.push({ domain, sums, least, most, absent: said, outside: said });
  };
  if (own.affinity.length > 0) {
    let none = true;
    for (const { sum } of own.wanted.values()) if (sum !== 0) none = false;
    // The first pod of a group that is affine to itself needs only the labels.
    const least = none && matchesAllTerms(own.affinity, own.pod) ? 0 : 1;
    for (const counts of own.wanted.values()) add(counts, least, ANY, NO_AFFINITY);
  }
  for (const counts of own.unwanted.values()) if (counts.sum > 0) add(counts, 0, 0, ANTI_AFFINITY);
  for (const counts of own.existingAnti.values()) if (counts.sum > 0) add(counts, 0, 0, EXISTING_ANTI);
  return gates ?? NONE;
}

/** Whether domains differ in their weights, so that scores may. */
export function hasWeights({ weights }: AffinityColumns): boolean {
  for (const counts of weights.values()) if (!isLevel(counts)) return true;
  return false;
}

/** Adds the weighted, normalized scores to the totals of the feasible rows. */
export function addAffinityScores(
  { weights }: AffinityColumns,
  { rows, totals, feasible, raw }: Scratch,
  weight: number,
): void {
  raw.fill(0, 0, feasible);
  for (const { domain, sums } of weights.values())
    for (let i = 0; i < feasible; i += 1)
      raw[i] = (raw[i] as number) + (sums[domain[rows[i] as number] as number] as number);
  let min = raw[0] as number;
  let max = min;
  for (let i = 1; i < feasible; i += 1) {
    const score = raw[i] as number;
    if (score < min) min = score;
    if (score > max) max = score;
  }
  const range = max - min;
  if (range === 0) return;
  const scaled = scaledOver(range + 1, (step) => weight * Math.trunc(100 * (step / range)));
  if (scaled === undefined)
    for (let i = 0; i < feasible; i += 1)
      totals[i] = (totals[i] as number) + weight * Math.trunc(100 * (((raw[i] as number) - min) / range));
  else
    for (let i = 0; i < feasible; i += 1)
      totals[i] = (totals[i] as number) + (scaled[(raw[i] as number) - min] as number);
}

function countsOf(own: AffinityColumns, from: ByLabel, label: string, absent: number): DomainCounts {
  let counts = from.get(label);
  if (counts !== undefined) return counts;
  const { columns, nodes, wanted, unwanted, existingAnti, weights } = own;
  const known = unwanted.get(label) ?? existingAnti.get(label) ?? weights.get(label) ?? wanted.get(label);
  if (known !== undefined) counts = countsLike(known, absent);
  else {
    counts = emptyCounts(label, valuesOf(columns, label), { n: nodes.length, absent });
    for (let row = 0; row < nodes.length; row += 1) placeRow(counts, row, nodes[row] as NodeInfo, true);
  }
  from.set(label, counts);
  return counts;
}
