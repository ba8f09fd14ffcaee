// HOT: passes over typed arrays; filter-nodes.ts and score-nodes.ts are the slow oracle.
import { normalizedToMax } from "../framework/normalize.ts";
import type { Gate } from "./gate.ts";
import { passes } from "./gate.ts";
import type { LocalTable, ScaledColumn } from "./local-table.ts";
import { scaledOver, scratch } from "./scratch.ts";

/** What a scan saw; the feasible rows are in `scratch`. */
export interface Found {
  readonly rejected: number;
  /** Place of the best plain score. */
  readonly best: number;
}

/** Which rows to look at: all `n` from `start` on, until one more than `limit` fit. */
export interface Window {
  readonly start: number;
  readonly n: number;
  readonly limit: number;
}

/** Collects the feasible rows of a window. */
export function scan({ total }: LocalTable, { start, n, limit }: Window): Found {
  const { rows, keys } = scratch;
  let feasible = 0;
  let best = -1;
  let max = -1;
  let key = 0;
  let seen = 0;
  let row = start;
  for (; seen < n; seen += 1) {
    const score = total[row] as number;
    if (score >= 0) {
      if (feasible === limit) break;
      if (score > max || (score === max && (keys[feasible] as number) < key)) {
        max = score;
        best = feasible;
        key = keys[feasible] as number;
      }
      rows[feasible] = row;
      feasible += 1;
    }
    row += 1;
    if (row === n) row = 0;
  }
  scratch.feasible = feasible;
  return { rejected: seen - feasible, best };
}

/** The same where nobody asks for the best plain score. */
export function collect(table: LocalTable, { start, n, limit }: Window): Found {
  const { total, feasible: fitting } = table;
  const { rows } = scratch;
  let feasible = 0;
  let seen = 0;
  let row = start;
  for (; seen < n; seen += 1) {
    if (fitting === n || (total[row] as number) >= 0) {
      if (feasible === limit) break;
      rows[feasible] = row;
      feasible += 1;
    }
    row += 1;
    if (row === n) row = 0;
  }
  scratch.feasible = feasible;
  return { rejected: seen - feasible, best: 0 };
}

/** The same among the rows that pass all gates. */
export function gatedScan({ total }: LocalTable, gates: readonly Gate[], { start, n, limit }: Window): Found {
  const { rows, keys } = scratch;
  let feasible = 0;
  let best = -1;
  let max = -1;
  let key = 0;
  let seen = 0;
  let row = start;
  for (; seen < n; seen += 1) {
    const score = total[row] as number;
    if (score >= 0 && passes(gates, row)) {
      if (feasible === limit) break;
      if (score > max || (score === max && (keys[feasible] as number) < key)) {
        max = score;
        best = feasible;
        key = keys[feasible] as number;
      }
      rows[feasible] = row;
      feasible += 1;
    }
    row += 1;
    if (row === n) row = 0;
  }
  scratch.feasible = feasible;
  return { rejected: seen - feasible, best };
}

/** Whether some plugin's scores have to be scaled and differ. */
export function hasScaled({ scaled }: LocalTable): boolean {
  for (let i = 0; i < scaled.length; i += 1) if ((scaled[i] as ScaledColumn).nonZero > 0) return true;
  return false;
}

/** Plain scores, and those that are scaled over the feasible rows. */
export function sumScores({ total, scaled }: LocalTable): void {
  const { rows, totals, feasible } = scratch;
  for (let i = 0; i < feasible; i += 1) totals[i] = total[rows[i] as number] as number;
  for (let c = 0; c < scaled.length; c += 1) {
    const column = scaled[c] as ScaledColumn;
    if (column.nonZero > 0) addScaled(column);
  }
}

function addScaled({ raw, weight, reverse }: ScaledColumn): void {
  const { rows, totals, feasible } = scratch;
  let max = 0;
  for (let i = 0; i < feasible; i += 1) {
    const score = raw[rows[i] as number] as number;
    if (score > max) max = score;
  }
  if (max === 0) return;
  const scaled = scaledOver(max + 1, (score) => weight * normalizedToMax(score, max, reverse));
  for (let i = 0; i < feasible; i += 1) {
    const score = raw[rows[i] as number] as number;
    totals[i] =
      (totals[i] as number) +
      (scaled === undefined ? weight * normalizedToMax(score, max, reverse) : (scaled[score] as number));
  }
}
