// HOT: mutable typed arrays; the scalar path is the slow oracle (properties/scheduler/fast-equals-scalar.property.ts).
import type { Snapshot } from "../cache/cache.ts";
import type { NodeInfo } from "../cache/node-info.ts";
import { activeFilters } from "../filter-nodes.ts";
import type { Cycle } from "../framework/cycle.ts";
import type { Plugin } from "../framework/plugin.ts";
import type { Status } from "../framework/status.ts";

/** A score that has to be scaled over the feasible nodes. */
export interface ScaledColumn {
  readonly plugin: Plugin;
  readonly weight: number;
  readonly reverse: boolean;
  raw: Int32Array;
  /** Rows whose raw score is not zero: with none, scaling adds the same to all. */
  nonZero: number;
}

/** Verdicts and scores of all nodes for pods of one shape; rows are places in the snapshot's list. */
export interface ShapeTable {
  /** The attempt of the first pod of the shape, with the state of its plugins. */
  readonly cycle: Cycle;
  readonly filters: readonly Plugin[];
  /** Score plugins that do not normalize, with their weights. */
  readonly plain: readonly { readonly plugin: Plugin; readonly weight: number }[];
  readonly scaled: readonly ScaledColumn[];
  /** Whether anything is scored at all. */
  readonly scores: boolean;
  version: number;
  /** Changes of the snapshot up to this number are in. */
  cursor: number;
  /** 1: the node is feasible. */
  fits: Uint8Array;
  verdicts: (Status | undefined)[];
  /** Weighted sum of the plain scores. */
  base: Int32Array;
}

/** A table for the shape of the cycle's pod; undefined when PreScore fails. The rows are filled by `updateTable`. */
export function newTable(cycle: Cycle): ShapeTable | undefined {
  const { profile } = cycle;
  for (const plugin of profile.plugins.preScore) {
    if (plugin.local !== true) continue;
    const verdict = plugin.preScore?.(cycle, []);
    if (verdict === undefined) continue;
    if (verdict.code !== "Skip") return undefined;
    cycle.skipScore.add(plugin.name);
  }
  const plain: { plugin: Plugin; weight: number }[] = [];
  const scaled: ScaledColumn[] = [];
  for (const plugin of profile.plugins.score) {
    if (plugin.local !== true || cycle.skipScore.has(plugin.name)) continue;
    const weight = profile.weights.get(plugin.name) ?? 1;
    if (plugin.scaling === undefined) plain.push({ plugin, weight });
    else
      scaled.push({ plugin, weight, reverse: plugin.scaling === "max-reversed", raw: new Int32Array(0), nonZero: 0 });
  }
  return {
    cycle,
    filters: activeFilters(cycle),
    plain,
    scaled,
    scores: profile.plugins.score.length > 0,
    version: -1,
    cursor: 0,
    fits: new Uint8Array(0),
    verdicts: [],
    base: new Int32Array(0),
  };
}

/** Brings the rows up to date: those that changed, or all after the list was made anew. */
export function updateTable(table: ShapeTable, snapshot: Snapshot): void {
  const { list, changed, changedFrom } = snapshot;
  const last = changedFrom + changed.length;
  if (table.version !== snapshot.version || table.cursor < changedFrom || last - table.cursor > list.length) {
    const n = list.length;
    table.fits = new Uint8Array(n);
    table.verdicts = new Array<Status | undefined>(n).fill(undefined);
    table.base = new Int32Array(n);
    for (const column of table.scaled) {
      column.raw = new Int32Array(n);
      column.nonZero = 0;
    }
    for (let row = 0; row < n; row += 1) fillRow(table, list[row] as NodeInfo, row);
    table.version = snapshot.version;
  } else
    for (let i = table.cursor - changedFrom; i < changed.length; i += 1) {
      const row = changed[i] as number;
      fillRow(table, list[row] as NodeInfo, row);
    }
  table.cursor = last;
}

function fillRow(table: ShapeTable, node: NodeInfo, row: number): void {
  const { cycle, filters, plain, scaled } = table;
  let verdict: Status | undefined;
  for (let i = 0; i < filters.length; i += 1) {
    verdict = (filters[i] as Plugin).filter?.(cycle, node);
    if (verdict !== undefined) break;
  }
  table.verdicts[row] = verdict;
  table.fits[row] = verdict === undefined ? 1 : 0;
  if (verdict !== undefined) return;
  let sum = 0;
  for (let i = 0; i < plain.length; i += 1) {
    const { plugin, weight } = plain[i] as (typeof plain)[number];
    sum += weight * (plugin.score?.(cycle, node) ?? 0);
  }
  table.base[row] = sum;
  for (let i = 0; i < scaled.length; i += 1) {
    const column = scaled[i] as ScaledColumn;
    const raw = column.plugin.score?.(cycle, node) ?? 0;
    if (column.raw[row] !== 0) column.nonZero -= 1;
    if (raw !== 0) column.nonZero += 1;
    column.raw[row] = raw;
  }
}
