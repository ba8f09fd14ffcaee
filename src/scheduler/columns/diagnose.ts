// HOT: reads verdicts that are remembered; filter-nodes.ts is the slow oracle.
import { filterOnce, noteStatus } from "../filter-nodes.ts";
import type { Cycle, Diagnosis } from "../framework/cycle.ts";
import type { Plugin } from "../framework/plugin.ts";
import type { Status } from "../framework/status.ts";
import { prepare, gatesOf } from "./decide.ts";
import { refusalOf } from "./gate.ts";
import type { LocalTable } from "./local-table.ts";
import { ALONE } from "./related.ts";

/** Why no node fits, node by node in the order of the search; false when the columns cannot say it. */
export function diagnoseByColumns(cycle: Cycle, start: number, diagnosis: Diagnosis): boolean {
  const { profile, pod, snapshot } = cycle;
  const prepared = prepare(cycle, profile, pod);
  if (prepared === undefined) return false;
  const { table, related } = prepared;
  const gates = related === ALONE ? [] : gatesOf(related);
  const filters = localFilters(table);
  if (filters === undefined) return false;
  const { list } = snapshot;
  const n = list.length;
  const noted = new Set<Status>();
  for (let i = 0; i < n; i += 1) {
    const row = (start + i) % n;
    const node = list[row];
    if (node === undefined) return false;
    let verdict = table.verdicts[row];
    if (verdict === undefined && (table.total[row] as number) < 0) {
      verdict = filterOnce(table.cycle, filters, node);
      if (verdict?.code === "Error") return false;
      table.verdicts[row] = verdict;
    }
    verdict ??= refusalOf(gates, row);
    if (verdict === undefined) return false;
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
