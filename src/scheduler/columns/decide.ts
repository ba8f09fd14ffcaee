// HOT: one pass over typed arrays per decision; the scalar path is the slow oracle.
import { normalizedToMax } from "../framework/normalize.ts";
import type { Cycle } from "../framework/cycle.ts";
import { preorderKey, selectHost } from "../select-host.ts";
import type { Columns } from "./columns.ts";
import { shapeKey } from "./shape-key.ts";
import type { ScaledColumn, ShapeTable } from "./shape-table.ts";
import { newTable, updateTable } from "./shape-table.ts";

/** A decision for a node. */
export interface ColumnDecision {
  readonly node: string;
  readonly evaluated: number;
  readonly feasible: number;
}

/** Shapes that are remembered for each profile; the oldest is dropped. */
const MAX_SHAPES = 256;

let feasibleRows: Int32Array = new Int32Array(0);
let totals: Int32Array = new Int32Array(0);
/** preorderKey of every place. */
let preorderKeys: Float64Array = new Float64Array(0);

/** Decides from columns; undefined when they cannot serve this pod, or when no node is feasible. */
export function decideByColumns(cycle: Cycle, start: number, wanted: number): ColumnDecision | undefined {
  const { columns, snapshot } = cycle;
  if (columns === undefined || snapshot.list.length < columns.minNodes || !isLocal(cycle)) return undefined;
  const table = tableOf(columns, cycle);
  if (table === undefined) return undefined;
  updateTable(table, snapshot);
  const n = snapshot.list.length;
  if (feasibleRows.length < n) grow(n);
  const found = scan(table, start, n, table.scores ? wanted : 1);
  if (found.feasible === 0) return undefined;
  const scaled = table.scaled.some(({ nonZero }) => nonZero > 0);
  const best = feasibleRows[scaled ? bestScaled(table, found.feasible) : found.best] as number;
  return {
    node: snapshot.list[best]?.name ?? "",
    evaluated: found.feasible + found.rejected,
    feasible: found.feasible,
  };
}

/** Collects feasible rows from `start` on, until one more than `limit` fit; `best` is the place of the best plain score. */
function scan(
  { fits, base }: ShapeTable,
  start: number,
  n: number,
  limit: number,
): { readonly feasible: number; readonly rejected: number; readonly best: number } {
  let feasible = 0;
  let rejected = 0;
  let best = -1;
  let max = -1;
  let bestKey = 0;
  let row = start;
  for (let i = 0; i < n; i += 1) {
    if (fits[row] === 1) {
      if (feasible === limit) break;
      const total = base[row] as number;
      if (total > max || (total === max && (preorderKeys[feasible] as number) < bestKey)) {
        max = total;
        best = feasible;
        bestKey = preorderKeys[feasible] as number;
      }
      feasibleRows[feasible] = row;
      feasible += 1;
    } else rejected += 1;
    row += 1;
    if (row === n) row = 0;
  }
  return { feasible, rejected, best };
}

function grow(n: number): void {
  feasibleRows = new Int32Array(n);
  totals = new Int32Array(n);
  preorderKeys = new Float64Array(n);
  for (let i = 0; i < n; i += 1) preorderKeys[i] = preorderKey(i);
}

/** Whether all plugins that take part look at one node only. */
function isLocal(cycle: Cycle): boolean {
  const { profile, nominator, skipFilter } = cycle;
  if (nominator.byNode.size > 0) return false;
  for (const plugin of profile.plugins.filter) if (plugin.local !== true && !skipFilter.has(plugin.name)) return false;
  for (const plugin of profile.plugins.score)
    if (plugin.local !== true && plugin.skipsScore?.(cycle) !== true) return false;
  return true;
}

function tableOf(columns: Columns, cycle: Cycle): ShapeTable | undefined {
  const key = shapeKey(cycle.pod);
  if (key === undefined) return undefined;
  let tables = columns.tables.get(cycle.profile);
  if (tables === undefined) {
    tables = new Map();
    columns.tables.set(cycle.profile, tables);
  }
  const found = tables.get(key);
  if (found !== undefined) return found;
  const table = newTable({ ...cycle, skipScore: new Set() });
  if (table === undefined) return undefined;
  if (tables.size >= MAX_SHAPES) {
    const [oldest] = tables.keys();
    if (oldest !== undefined) tables.delete(oldest);
  }
  tables.set(key, table);
  return table;
}

/** Place of the best among the feasible rows, by the rule of select-host.ts, when scores have to be scaled. */
function bestScaled(table: ShapeTable, feasible: number): number {
  const { base, scaled } = table;
  for (let i = 0; i < feasible; i += 1) totals[i] = base[feasibleRows[i] as number] as number;
  for (let c = 0; c < scaled.length; c += 1) {
    const column = scaled[c] as ScaledColumn;
    if (column.nonZero > 0) addScaled(column, feasible);
  }
  return selectHost(totals, feasible);
}

function addScaled({ raw, weight, reverse }: ScaledColumn, feasible: number): void {
  let max = 0;
  for (let i = 0; i < feasible; i += 1) {
    const score = raw[feasibleRows[i] as number] as number;
    if (score > max) max = score;
  }
  if (max === 0) return;
  for (let i = 0; i < feasible; i += 1) {
    const score = normalizedToMax(raw[feasibleRows[i] as number] as number, max, reverse);
    totals[i] = (totals[i] as number) + weight * score;
  }
}
