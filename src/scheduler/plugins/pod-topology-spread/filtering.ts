import type { Pod } from "../../../api/types/core-v1.ts";
import type { NodeInfo } from "../../cache/node-info.ts";
import type { Cycle } from "../../framework/cycle.ts";
import type { Status } from "../../framework/status.ts";
import { status } from "../../framework/status.ts";
import type { Constraint } from "./constraints.ts";
import { countMatching, hasAllKeys, isIncluded, spreadSelectorMatches } from "./constraints.ts";

/** Matching pods per domain of each hard constraint. */
export interface SpreadState {
  readonly constraints: readonly Constraint[];
  readonly counts: readonly Map<string, number>[];
  /** The two smallest domains known for each constraint; the first holds the minimum. */
  readonly paths: readonly CriticalPaths[];
}

interface CriticalPath {
  readonly value: string | undefined;
  readonly count: number;
}

type CriticalPaths = [CriticalPath, CriticalPath];

const NAME = "PodTopologySpread";
const MAX_INT32 = 2_147_483_647;
/** The node lacks a topology label. */
export const MISSING_LABEL: Status = status(
  NAME,
  "UnschedulableAndUnresolvable",
  "node(s) didn't match pod topology spread constraints (missing required label)",
);
/** The node's domain has too many matching pods already. */
export const SKEWED: Status = status(NAME, "Unschedulable", "node(s) didn't match pod topology spread constraints");

/** Counts matching pods over all nodes that count. */
export function spreadState(cycle: Cycle, constraints: readonly Constraint[]): SpreadState {
  const { pod } = cycle;
  const counts = constraints.map(() => new Map<string, number>());
  for (const { node, pods } of cycle.snapshot.list) {
    if (node === undefined || !hasAllKeys(node, constraints)) continue;
    for (const [i, constraint] of constraints.entries()) {
      if (!cycle.mutants.has("SCH-12") && !isIncluded(constraint, pod, node)) continue;
      const value = node.metadata.labels?.[constraint.topologyKey] ?? "";
      const count = countMatching(pods, constraint.selector, pod.metadata.namespace);
      const domain = counts[i];
      domain?.set(value, (domain.get(value) ?? 0) + count);
    }
  }
  const paths = counts.map((domains) => {
    const path: CriticalPaths = [
      { value: undefined, count: MAX_INT32 },
      { value: undefined, count: MAX_INT32 },
    ];
    for (const [value, count] of domains) updatePaths(path, value, count);
    return path;
  });
  return { constraints, counts, paths };
}

/** A copy that can be changed. */
export function cloneSpreadState(state: SpreadState): SpreadState {
  return {
    constraints: state.constraints,
    counts: state.counts.map((domains) => new Map(domains)),
    paths: state.paths.map(([first, second]) => [first, second]),
  };
}

/** A pod comes to or leaves a node in thought; also terminating pods count here, as upstream has it. */
export function updateSpreadState(
  state: SpreadState,
  preemptor: Pod,
  pod: Pod,
  { node }: NodeInfo,
  delta: 1 | -1,
): void {
  if (node === undefined || pod.metadata.namespace !== preemptor.metadata.namespace) return;
  if (!hasAllKeys(node, state.constraints)) return;
  for (const [i, constraint] of state.constraints.entries()) {
    if (!spreadSelectorMatches(constraint.selector, pod.metadata.labels)) continue;
    if (!isIncluded(constraint, preemptor, node)) continue;
    const value = node.metadata.labels?.[constraint.topologyKey] ?? "";
    const domains = state.counts[i];
    const path = state.paths[i];
    if (domains === undefined || path === undefined) continue;
    const count = (domains.get(value) ?? 0) + delta;
    domains.set(value, count);
    updatePaths(path, value, count);
  }
}

/** Count of the node's domain, plus the pod itself, may exceed the smallest domain by maxSkew at most. */
export function filterBySpread(state: SpreadState, pod: Pod, { node }: NodeInfo): Status | undefined {
  for (const [i, constraint] of state.constraints.entries()) {
    const value = node?.metadata.labels?.[constraint.topologyKey];
    if (value === undefined) return MISSING_LABEL;
    const domains = state.counts[i];
    const minimum = (domains?.size ?? 0) < constraint.minDomains ? 0 : (state.paths[i]?.[0].count ?? 0);
    const own = spreadSelectorMatches(constraint.selector, pod.metadata.labels) ? 1 : 0;
    if ((domains?.get(value) ?? 0) + own - minimum > constraint.maxSkew) return SKEWED;
  }
  return undefined;
}

/** Keeps the two smallest: exact for a domain that is tracked, an estimate after it left. */
function updatePaths(paths: CriticalPaths, value: string, count: number): void {
  const [first, second] = paths;
  if (value === first.value || value === second.value) {
    const at = value === first.value ? 0 : 1;
    paths[at] = { value, count };
    if (paths[0].count > paths[1].count) paths.reverse();
  } else if (count < first.count) {
    paths[1] = first;
    paths[0] = { value, count };
  } else if (count < second.count) paths[1] = { value, count };
}
