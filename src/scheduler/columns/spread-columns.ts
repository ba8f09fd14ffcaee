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
import { scaledOver } from "./scratch.ts";

/** The hard or the soft spread constraints of pods that are alike, with matching pods counted by domain. */
export interface SpreadColumns {
  readonly pod: Pod;
  readonly constraints: readonly Constraint[];
  readonly counts: readonly DomainCounts[];
  /** Whether a node must have all labels to count and to be scored. */
  readonly requireAllKeys: boolean;
  /** 0: the row lacks a label that it must have. */
  readonly eligible: Uint8Array;
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
  };
}

/** A node took the row, or changed. */
export function placeSpread(spread: SpreadColumns, row: number, node: NodeInfo): void {
  const { pod, constraints, counts, requireAllKeys, eligible } = spread;
  const ok = node.node !== undefined && (!requireAllKeys || hasAllKeys(node.node, constraints));
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

/** Adds the weighted, normalized scores of soft constraints to the totals of the feasible rows. */
export function addSpreadScores(spread: SpreadColumns, { rows, totals, feasible, raw }: Scratch, weight: number): void {
  const { min, max } = rawScores(spread, rows, raw, feasible);
  const normalized = (step: number): number => weight * (max === 0 ? 100 : Math.trunc((100 * (max - step)) / max));
  const { eligible } = spread;
  const scaled = max < min ? undefined : scaledOver(max - min + 1, normalized);
  for (let i = 0; i < feasible; i += 1) {
    if (eligible[rows[i] as number] === 0) continue;
    const step = (raw[i] as number) - min;
    totals[i] = (totals[i] as number) + (scaled === undefined ? normalized(step) : (scaled[step] as number));
  }
}

/** Scores as PodTopologySpread's Score gives them, and their range over the rows that are eligible. */
function rawScores(
  spread: SpreadColumns,
  rows: Int32Array,
  raw: Int32Array,
  feasible: number,
): { readonly min: number; readonly max: number } {
  const { constraints, counts, eligible } = spread;
  const weights = weightsOf(spread, rows, feasible);
  sums.fill(0, 0, feasible);
  for (let c = 0; c < constraints.length; c += 1) {
    const more = (constraints[c] as Constraint).maxSkew - 1;
    const weight = weights[c] as number;
    const { domain, sums: byDomain, rowSum, label } = counts[c] as DomainCounts;
    if (label === HOSTNAME)
      for (let i = 0; i < feasible; i += 1) {
        const row = rows[i] as number;
        if (domain[row] !== ABSENT) sums[i] = (sums[i] as number) + ((rowSum[row] as number) * weight + more);
      }
    else
      for (let i = 0; i < feasible; i += 1) {
        const at = domain[rows[i] as number] as number;
        if (at !== ABSENT) sums[i] = (sums[i] as number) + ((byDomain[at] as number) * weight + more);
      }
  }
  let min = Number.MAX_SAFE_INTEGER;
  let max = 0;
  for (let i = 0; i < feasible; i += 1) {
    if (eligible[rows[i] as number] === 0) continue;
    const whole = Math.floor((sums[i] as number) + 0.5);
    raw[i] = whole;
    if (whole < min) min = whole;
    if (whole > max) max = whole;
  }
  return { min, max };
}

/** ln(domains of the feasible rows + 2) for each constraint; rows without the label are one domain more. */
function weightsOf({ counts, eligible }: SpreadColumns, rows: Int32Array, feasible: number): readonly number[] {
  let left = 0;
  for (let i = 0; i < feasible; i += 1) left += eligible[rows[i] as number] as number;
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
