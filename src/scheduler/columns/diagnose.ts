// HOT: reads verdicts that are remembered; filter-nodes.ts is the slow oracle.
import { filterOnce, noteStatus } from "../filter-nodes.ts";
import type { Cycle, Diagnosis } from "../framework/cycle.ts";
import type { Plugin } from "../framework/plugin.ts";
import type { Status } from "../framework/status.ts";
import { gatesOf, prepare } from "./decide.ts";
import type { Gate } from "./gate.ts";
import { refusalOf } from "./gate.ts";
import { emptyJudged, judgeAll } from "./judged.ts";
import type { LocalTable } from "./local-table.ts";
import { ALONE } from "./related.ts";

/** Says why no node fits; false when the columns cannot. */
export function diagnoseByColumns(cycle: Cycle, start: number, diagnosis: Diagnosis): boolean {
  const prepared = prepare(cycle, cycle.profile, cycle.pod, cycle.snapshot.list.length);
  // With nominated pods around a node may be told what it lacks beside them.
  if (prepared === undefined || cycle.nominator.byNode.size > 0) return false;
  const { table, related, volumes } = prepared;
  const filters = localFilters(table);
  if (filters === undefined) return false;
  if (related === ALONE && volumes.length === 0) return diagnoseAlone(cycle, table, filters, diagnosis);
  return diagnoseRelated({ cycle, table, filters, gates: gatesOf(prepared) }, start, diagnosis);
}

/** Only what changed is judged anew; plugins are noted in the order of the profile. */
function diagnoseAlone(cycle: Cycle, table: LocalTable, filters: readonly Plugin[], diagnosis: Diagnosis): boolean {
  const { list } = cycle.snapshot;
  table.judged ??= emptyJudged(list.length);
  if (!judgeAll(table.judged, table.cycle, filters, list)) return false;
  diagnosis.known = table.judged;
  for (const { name } of filters)
    for (const status of table.judged.counts.keys()) if (status.plugin === name) noteStatus(diagnosis, status);
  return true;
}

interface Known {
  readonly cycle: Cycle;
  readonly table: LocalTable;
  readonly filters: readonly Plugin[];
  readonly gates: readonly Gate[];
}

/** Node by node in the order of the search. */
function diagnoseRelated({ cycle, table, filters, gates }: Known, start: number, diagnosis: Diagnosis): boolean {
  const { list } = cycle.snapshot;
  const n = list.length;
  const noted = new Set<Status>();
  for (let i = 0; i < n; i += 1) {
    const row = (start + i) % n;
    const node = list[row];
    if (node === undefined) return false;
    const local = (table.total[row] as number) < 0 ? filterOnce(table.cycle, filters, node) : undefined;
    const verdict = local ?? refusalOf(gates, row);
    if (verdict === undefined || verdict.code === "Error") return false;
    diagnosis.nodes.set(node.name, verdict);
    if (noted.has(verdict)) continue;
    noted.add(verdict);
    noteStatus(diagnosis, verdict);
  }
  return true;
}

/** The local filters in order; undefined when one of them comes after a filter that is not local, whose word would go first. */
function localFilters({ cycle }: LocalTable): readonly Plugin[] | undefined {
  const local: Plugin[] = [];
  let others = false;
  for (const plugin of cycle.profile.plugins.filter) {
    if (cycle.skipFilter.has(plugin.name)) continue;
    if (plugin.local !== true) others = true;
    else if (others) return undefined;
    else local.push(plugin);
  }
  return local;
}
