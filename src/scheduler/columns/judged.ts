// HOT: verdicts and dry runs that are remembered by row; filter-nodes.ts and DefaultPreemption are the slow oracle.
import type { ApiObject } from "../../api/object.ts";
import type { NodeInfo } from "../cache/node-info.ts";
import { filterOnce } from "../filter-nodes.ts";
import type { Cycle, KnownVerdicts } from "../framework/cycle.ts";
import type { Plugin } from "../framework/plugin.ts";
import type { Status } from "../framework/status.ts";

/** Why the nodes do not fit for pods of one shape, by row, and what their preemption would do there. */
export interface Judged extends KnownVerdicts {
  readonly verdicts: (Status | undefined)[];
  readonly counts: Map<Status, number>;
  /** One status for all nodes that are told the same. */
  readonly statuses: Map<string, Status>;
  /** Rows whose verdict is not known any more. */
  readonly stale: number[];
  victims: unknown[];
  priority: number;
  budgets: readonly ApiObject[];
}

/** No verdict of `n` rows is known. */
export function emptyJudged(n: number): Judged {
  const judged: Judged = {
    verdicts: new Array<Status | undefined>(n).fill(undefined),
    counts: new Map(),
    statuses: new Map(),
    stale: Array.from({ length: n }, (_, row) => row),
    victims: [],
    priority: 0,
    budgets: [],
    dryRuns: (priority, budgets) => dryRunsOf(judged, priority, budgets),
  };
  return judged;
}

/** The row changed. */
export function forgetVerdict({ verdicts, counts, stale, victims }: Judged, row: number): void {
  victims[row] = undefined;
  const verdict = verdicts[row];
  if (verdict === undefined) return;
  const left = (counts.get(verdict) ?? 0) - 1;
  if (left > 0) counts.set(verdict, left);
  else counts.delete(verdict);
  verdicts[row] = undefined;
  stale.push(row);
}

/** Judges the rows that changed; false when a node fits after all, or a plugin fails. */
export function judgeAll(judged: Judged, cycle: Cycle, filters: readonly Plugin[], list: readonly NodeInfo[]): boolean {
  const { verdicts, counts, stale } = judged;
  for (let i = 0; i < stale.length; i += 1) {
    const row = stale[i] as number;
    if (verdicts[row] !== undefined) continue;
    const found = filterOnce(cycle, filters, list[row] as NodeInfo);
    if (found === undefined || found.code === "Error") return false;
    const verdict = sharedStatus(judged, found);
    verdicts[row] = verdict;
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  stale.length = 0;
  return true;
}

function sharedStatus({ statuses }: Judged, status: Status): Status {
  const key = `${status.code} ${status.plugin} ${status.reasons.join()}`;
  const known = statuses.get(key);
  if (known !== undefined) return known;
  statuses.set(key, status);
  return status;
}

function dryRunsOf(judged: Judged, priority: number, budgets: readonly ApiObject[]): unknown[] {
  const same =
    judged.priority === priority &&
    judged.budgets.length === budgets.length &&
    budgets.every((budget, i) => budget === judged.budgets[i]);
  if (!same) {
    judged.victims = [];
    judged.priority = priority;
    judged.budgets = budgets;
  }
  return judged.victims;
}
