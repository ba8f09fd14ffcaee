// HOT: counts by domain kept as pods come and go; PodTopologySpread's own walk over all nodes is the slow oracle.
import type { Pod } from "../../api/types/core-v1.ts";
import type { NodeInfo } from "../cache/node-info.ts";
import type { Constraint } from "../plugins/pod-topology-spread/constraints.ts";
import {
  hasAllKeys,
  HOSTNAME,
  isEmptySelector,
  isIncluded,
  spreadSelectorMatches,
} from "../plugins/pod-topology-spread/constraints.ts";
import { MISSING_LABEL, SKEWED } from "../plugins/pod-topology-spread/filtering.ts";
import type { Columns } from "./columns.ts";
import { valuesOf } from "./columns.ts";
import type { DomainCounts } from "./domain-counts.ts";
import { addToRow, emptyCounts, liesWithin, placeRow, smallestSum } from "./domain-counts.ts";
import type { Gate } from "./gate.ts";
import { ABSENT } from "./interner.ts";
import type { Scratch } from "./scratch.ts";
import { bestPlace, scaledOver } from "./scratch.ts";

/** The hard or the soft spread constraints of pods that are alike, with matching pods counted by domain. */
export interface SpreadColumns {
  readonly pod: Pod;
  readonly constraints: readonly Constraint[];
  readonly counts: readonly DomainCounts[];
  /** Whether a node must have all labels to count and to be scored. */
  readonly requireAllKeys: boolean;
  /** 0: the row lacks a label that it must have. */
  readonly eligible: Uint8Array;
  /** Rows that lack one. */
  ineligible: number;
}

/** More matching pods than any domain has, so that rows without the label are out of bounds. */
const MORE_THAN_ANY = 0x4000_0000;

let seen: Uint8Array = new Uint8Array(0);
let sums: Float64Array = new Float64Array(0);

/** Columns for `n` rows, to be filled row by row. */
export function spreadColumns(
  columns: Columns,
  pod: Pod,
  constraints: readonly Constraint[],
  { requireAllKeys, n }: { readonly requireAllKeys: boolean; readonly n: number },
): SpreadColumns {
  return {
    pod,
    constraints,
    requireAllKeys,
    counts: constraints.map(({ topologyKey }) =>
      emptyCounts(topologyKey, valuesOf(columns, topologyKey), { n, absent: MORE_THAN_ANY, smallest: true }),
    ),
    eligible: new Uint8Array(n),
    ineligible: n,
  };
}

/** A node took the row, or changed. */
export function placeSpread(spread: SpreadColumns, row: number, node: NodeInfo): void {
  const { pod, constraints, counts, requireAllKeys, eligible } = spread;
  const ok = node.node !== undefined && (!requireAllKeys || hasAllKeys(node.node, constraints));
  spread.ineligible += (eligible[row] as number) - (ok ? 1 : 0);
  eligible[row] = ok ? 1 : 0;
  for (let i = 0; i < constraints.length; i += 1) {
    const counted = ok && node.node !== undefined && isIncluded(constraints[i] as Constraint, pod, node.node);
    placeRow(counts[i] as DomainCounts, row, node, counted);
  }
}

/** A pod came to the row or left it. */
export function addToSpread({ pod: own, constraints, counts }: SpreadColumns, row: number, pod: Pod, by: number): void {
  const { deletionTimestamp, labels, namespace } = pod.metadata;
  if (namespace !== own.metadata.namespace || deletionTimestamp !== undefined) return;
  for (let i = 0; i < constraints.length; i += 1) {
    const { selector } = constraints[i] as Constraint;
    if (!isEmptySelector(selector) && spreadSelectorMatches(selector, labels))
      addToRow(counts[i] as DomainCounts, row, by);
  }
}

/** Hard constraints as gates, with the smallest sums as they are now; those that all rows pass are left out. */
export function spreadGates({ pod, constraints, counts }: SpreadColumns): readonly Gate[] {
  const gates: Gate[] = [];
  for (let i = 0; i < constraints.length; i += 1) {
    const { maxSkew, minDomains, selector } = constraints[i] as Constraint;
    const known = counts[i] as DomainCounts;
    const minimum = known.present < minDomains ? 0 : smallestSum(known);
    const own = spreadSelectorMatches(selector, pod.metadata.labels) ? 1 : 0;
    const most = maxSkew + minimum - own;
    if (liesWithin(known, 0, most)) continue;
    const { domain, sums } = known;
    gates.push({ domain, sums, least: 0, most, absent: MISSING_LABEL, outside: SKEWED });
  }
  return gates;
}

/**
 * Adds the weighted, normalized scores of soft constraints to the totals of the feasible rows, which thereby are complete; the
 * place of the best one.
 */
export function addSpreadScores(spread: SpreadColumns, scratch: Scratch, weight: number): number {
  const { rows, totals, feasible, raw } = scratch;
  const classes = classScores(spread, scratch, weight);
  if (classes !== undefined) return bestOfClasses(scratch, classes);
  const { min, max } = rawScores(spread, rows, raw, feasible);
  const { eligible } = spread;
  const scaled = max < min ? undefined : scaledOver(max - min + 1, (step) => weight * normalized(step, max));
  for (let i = 0; i < feasible; i += 1) {
    if (eligible[rows[i] as number] === 0) continue;
    const step = (raw[i] as number) - min;
    totals[i] =
      (totals[i] as number) + (scaled === undefined ? weight * normalized(step, max) : (scaled[step] as number));
  }
  return bestPlace(scratch);
}

/** The score that lies `step` above the lowest. */
function normalized(step: number, max: number): number {
  return max === 0 ? 100 : Math.trunc((100 * (max - step)) / max);
}

/** More matching pods on one node, or more classes, are scored row by row. */
const HOST_SUMS = 64;
const CLASSES = 4096;
const present: Int32Array = new Int32Array(CLASSES);
const scoreOf: Int32Array = new Int32Array(CLASSES);

/**
 * Rows with the same domains, and as many pods where the domain is the node, have the same score: the weighted, normalized score of
 * each class, and in `raw` the class of each row. Undefined where classes do not serve.
 */
function classScores(spread: SpreadColumns, { rows, raw, feasible }: Scratch, weight: number): Int32Array | undefined {
  const { counts, ineligible } = spread;
  const [first, second] = counts;
  if (first === undefined || counts.length > 2 || ineligible > 0) return undefined;
  const inner = second === undefined ? 1 : indexesOf(second);
  const size = indexesOf(first) * inner;
  if (size > CLASSES) return undefined;
  const outerIndex = isHost(first) ? first.rowSum : first.domain;
  const innerIndex = second === undefined ? undefined : isHost(second) ? second.rowSum : second.domain;
  const isBounded = !counts.some(isHost) || fewPods(counts, rows, feasible);
  if (!isBounded) return undefined;
  present.fill(0, 0, size);
  for (let i = 0; i < feasible; i += 1) {
    const row = rows[i] as number;
    const at = (outerIndex[row] as number) * inner + (innerIndex === undefined ? 0 : (innerIndex[row] as number));
    raw[i] = at;
    present[at] = 1;
  }
  const weights = weightsOf(spread, rows, feasible);
  let min = Number.MAX_SAFE_INTEGER;
  let max = 0;
  for (let at = 0; at < size; at += 1) {
    if (present[at] === 0) continue;
    let sum = part(spread, weights, 0, Math.floor(at / inner));
    if (second !== undefined) sum += part(spread, weights, 1, at % inner);
    const whole = Math.floor(sum + 0.5);
    scoreOf[at] = whole;
    if (whole < min) min = whole;
    if (whole > max) max = whole;
  }
  for (let at = 0; at < size; at += 1)
    if (present[at] === 1) scoreOf[at] = weight * normalized((scoreOf[at] as number) - min, max);
  return scoreOf;
}

function isHost({ label }: DomainCounts): boolean {
  return label === HOSTNAME;
}

/** How many indexes a constraint has: sums of a row's pods, or domains. */
function indexesOf(counts: DomainCounts): number {
  return isHost(counts) ? HOST_SUMS : counts.sums.length;
}

/** Whether the pods of each row are few enough to be an index, and no row lacks the label of a constraint by nodes. */
function fewPods(counts: readonly DomainCounts[], rows: Int32Array, feasible: number): boolean {
  for (const one of counts) {
    if (!isHost(one)) continue;
    if ((one.rowsIn[ABSENT] as number) > 0) return false;
    const { rowSum } = one;
    for (let i = 0; i < feasible; i += 1) if ((rowSum[rows[i] as number] as number) >= HOST_SUMS) return false;
  }
  return true;
}

/** What a constraint adds for a sum of pods or a domain. */
function part({ constraints, counts }: SpreadColumns, weights: readonly number[], c: number, index: number): number {
  const { sums, label } = counts[c] as DomainCounts;
  if (label !== HOSTNAME && index === ABSENT) return 0;
  const pods = label === HOSTNAME ? index : (sums[index] as number);
  return pods * (weights[c] as number) + ((constraints[c] as Constraint).maxSkew - 1);
}

function bestOfClasses({ totals, raw, keys, feasible }: Scratch, scores: Int32Array): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  let key = 0;
  for (let i = 0; i < feasible; i += 1) {
    const total = (totals[i] as number) + (scores[raw[i] as number] as number);
    if (total < most || (total === most && (keys[i] as number) >= key)) continue;
    most = total;
    best = i;
    key = keys[i] as number;
  }
  return best;
}

/** Scores as PodTopologySpread's Score gives them, and their range over the rows that are eligible. */
function rawScores(
  spread: SpreadColumns,
  rows: Int32Array,
  raw: Int32Array,
  feasible: number,
): { readonly min: number; readonly max: number } {
  const { constraints, counts, eligible, ineligible } = spread;
  const weights = weightsOf(spread, rows, feasible);
  const last = constraints.length - 1;
  let min = Number.MAX_SAFE_INTEGER;
  let max = 0;
  for (let c = 0; c <= last; c += 1) {
    const more = (constraints[c] as Constraint).maxSkew - 1;
    const weight = weights[c] as number;
    const { domain, sums: byDomain, rowSum, label } = counts[c] as DomainCounts;
    const isHost = label === HOSTNAME;
    for (let i = 0; i < feasible; i += 1) {
      const row = rows[i] as number;
      const at = domain[row] as number;
      const pods = (isHost ? rowSum[row] : byDomain[at]) as number;
      const score = at === ABSENT ? 0 : pods * weight + more;
      const sum = c === 0 ? score : (sums[i] as number) + score;
      if (c < last) {
        sums[i] = sum;
        continue;
      }
      if (ineligible > 0 && eligible[row] === 0) continue;
      const whole = Math.floor(sum + 0.5);
      raw[i] = whole;
      if (whole < min) min = whole;
      if (whole > max) max = whole;
    }
  }
  return { min, max };
}

/** ln(domains of the feasible rows + 2) for each constraint; rows without the label are one domain more. */
function weightsOf(spread: SpreadColumns, rows: Int32Array, feasible: number): readonly number[] {
  const { counts, eligible, ineligible } = spread;
  let left = ineligible === 0 ? feasible : 0;
  if (ineligible > 0) for (let i = 0; i < feasible; i += 1) left += eligible[rows[i] as number] as number;
  if (sums.length < feasible) sums = new Float64Array(rows.length);
  return counts.map(({ domain, label, rowsIn, populated }) => {
    if (label === HOSTNAME) return Math.log(left + 2);
    if (seen.length < rowsIn.length) seen = new Uint8Array(rowsIn.length);
    else seen.fill(0, 0, rowsIn.length);
    let found = 0;
    for (let i = 0; i < feasible && found < populated; i += 1) {
      const row = rows[i] as number;
      const at = domain[row] as number;
      if (eligible[row] === 0 || seen[at] === 1) continue;
      seen[at] = 1;
      found += 1;
    }
    return Math.log(found + 2);
  });
}

/** Whether the columns can tell a label with an empty value from an absent one as the plugin does. */
export function spreadIsClear({ counts }: SpreadColumns): boolean {
  return !counts.some(({ values }) => values.ids.has(""));
}
