// HOT: mutable typed arrays; the scalar path is the slow oracle (properties/scheduler/fast-equals-scalar.property.ts).
import type { Snapshot } from "../cache/cache.ts";
import type { NodeInfo } from "../cache/node-info.ts";
import type { Cycle } from "../framework/cycle.ts";
import type { Plugin } from "../framework/plugin.ts";
import type { BestRows } from "./best-rows.ts";
import { emptyBestRows, moveRow, SCORE_MAX } from "./best-rows.ts";
import type { Judged } from "./judged.ts";
import { forgetVerdict } from "./judged.ts";

/** A score that has to be scaled over the feasible nodes. */
export interface ScaledColumn {
  readonly plugin: Plugin;
  readonly weight: number;
  readonly reverse: boolean;
  raw: Int32Array;
  /** Rows that fit and whose raw score is not zero: with none, scaling adds the same to all. */
  nonZero: number;
}

interface Weighted {
  readonly plugin: Plugin;
  readonly weight: number;
}

/** Verdicts and scores of plugins that look at one node only, for pods of one shape; rows are places in the snapshot's list. */
export interface LocalTable {
  /** The attempt of the first pod of the shape, with the state of its plugins. */
  readonly cycle: Cycle;
  /** Filter plugins that take part: those that do not care for a node's pods, and the others. */
  readonly podlessFilters: readonly Plugin[];
  readonly podFilters: readonly Plugin[];
  /** Score plugins that do not normalize, parted likewise. */
  readonly podlessScores: readonly Weighted[];
  readonly podScores: readonly Weighted[];
  readonly scaled: readonly ScaledColumn[];
  /** Whether anything is scored at all. */
  readonly scores: boolean;
  version: number;
  /** Changes of the snapshot up to this number are in. */
  cursor: number;
  /** 1: the node itself will do, whatever pods it has. */
  nodeFits: Uint8Array;
  /** Weighted sum of scores that the node's pods have no part in. */
  nodeScore: Int32Array;
  /** Weighted sum of the plain scores; -1: the node does not fit. */
  total: Int32Array;
  feasible: number;
  /** Why nodes do not fit; absent before anybody has asked. */
  judged: Judged | undefined;
  /** Absent while scores are higher than it can keep. */
  best: BestRows | undefined;
}

/** A table for the shape of the cycle's pod, after PreFilter; undefined when PreScore fails. `updateTable` fills the rows. */
export function newTable(cycle: Cycle): LocalTable | undefined {
  const { profile } = cycle;
  for (const plugin of profile.plugins.preScore) {
    if (plugin.local !== true) continue;
    const verdict = plugin.preScore?.(cycle, []);
    if (verdict === undefined) continue;
    if (verdict.code !== "Skip") return undefined;
    cycle.skipScore.add(plugin.name);
  }
  const plain: Weighted[] = [];
  const scaled: ScaledColumn[] = [];
  for (const plugin of profile.plugins.score) {
    if (plugin.local !== true || cycle.skipScore.has(plugin.name)) continue;
    const weight = profile.weights.get(plugin.name) ?? 1;
    if (plugin.scaling === undefined) plain.push({ plugin, weight });
    else
      scaled.push({ plugin, weight, reverse: plugin.scaling === "max-reversed", raw: new Int32Array(0), nonZero: 0 });
  }
  const filters = profile.plugins.filter.filter(({ local, name }) => local === true && !cycle.skipFilter.has(name));
  return {
    cycle,
    podlessFilters: filters.filter(({ podless }) => podless === true),
    podFilters: filters.filter(({ podless }) => podless !== true),
    podlessScores: plain.filter(({ plugin }) => plugin.podless === true),
    podScores: plain.filter(({ plugin }) => plugin.podless !== true),
    scaled,
    scores: profile.plugins.score.length > 0,
    version: -1,
    cursor: 0,
    nodeFits: new Uint8Array(0),
    nodeScore: new Int32Array(0),
    total: new Int32Array(0),
    feasible: 0,
    judged: undefined,
    best: undefined,
  };
}

/** Brings the rows up to date: those that changed, or all after the list was made anew. */
export function updateTable(table: LocalTable, snapshot: Snapshot): void {
  const { changes, changedFrom } = snapshot;
  const { rows, by } = changes;
  const last = changedFrom + rows.length;
  if (
    table.version !== snapshot.version ||
    table.cursor < changedFrom ||
    last - table.cursor > 2 * table.total.length
  ) {
    rebuild(table, snapshot);
  } else {
    for (let i = table.cursor - changedFrom; i < rows.length; i += 1) {
      const row = rows[i] as number;
      const node = snapshot.list[row] as NodeInfo;
      if (by[i] === 0) fillNode(table, node, row);
      fillPods(table, node, row);
    }
  }
  table.cursor = last;
}

function rebuild(table: LocalTable, snapshot: Snapshot): void {
  const { list } = snapshot;
  const n = list.length;
  table.nodeFits = new Uint8Array(n);
  table.nodeScore = new Int32Array(n);
  table.total = new Int32Array(n).fill(-1);
  table.feasible = 0;
  table.judged = undefined;
  table.best = table.scores ? emptyBestRows(n) : undefined;
  for (const column of table.scaled) {
    column.raw = new Int32Array(n);
    column.nonZero = 0;
  }
  for (let row = 0; row < n; row += 1) {
    const node = list[row] as NodeInfo;
    fillNode(table, node, row);
    fillPods(table, node, row);
  }
  table.version = snapshot.version;
}

/** What depends on the node alone. Its raw scores count as zero until `fillPods` finds that it fits. */
function fillNode(table: LocalTable, node: NodeInfo, row: number): void {
  const { cycle, podlessFilters, podlessScores, scaled } = table;
  setTotal(table, row, -1);
  if (table.judged !== undefined) forgetVerdict(table.judged, row);
  table.nodeFits[row] = 0;
  for (let i = 0; i < podlessFilters.length; i += 1)
    if ((podlessFilters[i] as Plugin).filter?.(cycle, node) !== undefined) return;
  table.nodeFits[row] = 1;
  let sum = 0;
  for (let i = 0; i < podlessScores.length; i += 1) {
    const { plugin, weight } = podlessScores[i] as Weighted;
    sum += weight * (plugin.score?.(cycle, node) ?? 0);
  }
  table.nodeScore[row] = sum;
  for (let i = 0; i < scaled.length; i += 1) {
    const column = scaled[i] as ScaledColumn;
    column.raw[row] = column.plugin.score?.(cycle, node) ?? 0;
  }
}

/** What depends on the node's pods. */
function fillPods(table: LocalTable, node: NodeInfo, row: number): void {
  if (table.nodeFits[row] === 0) return;
  const { cycle, podFilters, podScores } = table;
  if (table.judged !== undefined) forgetVerdict(table.judged, row);
  for (let i = 0; i < podFilters.length; i += 1)
    if ((podFilters[i] as Plugin).filter?.(cycle, node) !== undefined) {
      setTotal(table, row, -1);
      return;
    }
  let sum = table.nodeScore[row] as number;
  for (let i = 0; i < podScores.length; i += 1) {
    const { plugin, weight } = podScores[i] as Weighted;
    sum += weight * (plugin.score?.(cycle, node) ?? 0);
  }
  setTotal(table, row, sum);
}

function setTotal(table: LocalTable, row: number, to: number): void {
  const from = table.total[row] as number;
  if (from === to) return;
  table.total[row] = to;
  if (from >= 0 !== to >= 0) {
    const by = to >= 0 ? 1 : -1;
    table.feasible += by;
    for (const column of table.scaled) if (column.raw[row] !== 0) column.nonZero += by;
  }
  if (table.best === undefined) return;
  if (to > SCORE_MAX) table.best = undefined;
  else moveRow(table.best, row, from, to);
}
