import type { NodeInfo } from "./cache/node-info.ts";
import { addPodToNode, cloneNodeInfo } from "./cache/node-info.ts";
import { podPriority, podUid } from "./cache/pod-info.ts";
import type { Cycle, Diagnosis } from "./framework/cycle.ts";
import type { Plugin } from "./framework/plugin.ts";
import type { Status } from "./framework/status.ts";
import { isRejected } from "./framework/status.ts";

/** How many feasible nodes end the search among n: all below 100; else a share that shrinks with n, at least 5 % and 100. */
export function numFeasibleNodesToFind(n: number, percentage: number): number {
  if (n < 100 || percentage >= 100) return n;
  const share = percentage === 0 ? Math.max(50 - Math.floor(n / 125), 5) : percentage;
  return Math.max(Math.floor((n * share) / 100), 100);
}

/** The Filter plugins that take part in this attempt. */
export function activeFilters(cycle: Cycle): readonly Plugin[] {
  return cycle.profile.plugins.filter.filter((plugin) => !cycle.skipFilter.has(plugin.name));
}

/** Scans the candidates from `start`, until one more than `wanted` fit. The first verdict of code Error ends the scan. */
export function filterNodes(
  cycle: Cycle,
  candidates: readonly NodeInfo[],
  start: number,
  wanted: number,
  diagnosis: Diagnosis,
): { readonly feasible: NodeInfo[]; readonly error?: Status } {
  const filters = activeFilters(cycle);
  const feasible: NodeInfo[] = [];
  const n = candidates.length;
  for (let i = 0; i < n; i += 1) {
    const node = candidates[(start + i) % n] as NodeInfo;
    const verdict = runFilters(cycle, filters, node);
    if (verdict === undefined) {
      if (feasible.length === wanted) break;
      feasible.push(node);
      continue;
    }
    if (verdict.code === "Error") return { feasible, error: verdict };
    diagnosis.nodes.set(node.name, verdict);
    noteStatus(diagnosis, verdict);
  }
  return { feasible };
}

/** Adds the plugin of a rejection to the sets that decide which events wake the pod. */
export function noteStatus(diagnosis: Diagnosis, verdict: Status): void {
  if (verdict.plugin === "" || !isRejected(verdict)) return;
  diagnosis.unschedulablePlugins.add(verdict.plugin);
  if (verdict.code === "Pending") diagnosis.pendingPlugins.add(verdict.plugin);
}

/** All filters on one node: with the pods of at least this priority that are nominated to it, and then without them. */
export function runFilters(cycle: Cycle, filters: readonly Plugin[], node: NodeInfo): Status | undefined {
  if (cycle.nominator.byNode.size > 0) {
    const crowded = withNominatedPods(cycle, node);
    if (crowded !== undefined) {
      const verdict = filterOnce(crowded.cycle, filters, crowded.node);
      if (verdict !== undefined) return verdict;
    }
  }
  return filterOnce(cycle, filters, node);
}

/** The filters on one node, until one rejects it. */
export function filterOnce(cycle: Cycle, filters: readonly Plugin[], node: NodeInfo): Status | undefined {
  for (let i = 0; i < filters.length; i += 1) {
    const verdict = filters[i]?.filter?.(cycle, node);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

function withNominatedPods(
  cycle: Cycle,
  node: NodeInfo,
): { readonly cycle: Cycle; readonly node: NodeInfo } | undefined {
  const nominated = cycle.nominator.byNode.get(node.name);
  if (nominated === undefined || cycle.mutants.has("SCH-21")) return undefined;
  const priority = podPriority(cycle.pod);
  const uid = podUid(cycle.pod);
  const pods = nominated.filter((pod) => podPriority(pod) >= priority && podUid(pod) !== uid);
  if (pods.length === 0) return undefined;
  const copy = cloneNodeInfo(node);
  const thought = thoughtExperiment(cycle);
  for (const pod of pods) {
    addPodToNode(copy, pod);
    for (const extension of extensionsOf(thought)) extension.addPod(thought, pod, copy);
  }
  return { cycle: thought, node: copy };
}

/** A copy of the cycle whose plugin states can be changed without touching the original. */
export function thoughtExperiment(cycle: Cycle): Cycle {
  const state = new Map(cycle.state);
  const copy: Cycle = { ...cycle, state };
  for (const extension of extensionsOf(copy)) extension.clone(state);
  return copy;
}

type Extensions = NonNullable<Plugin["extensions"]>;

/** The AddPod and RemovePod hooks of the PreFilter plugins that take part. */
export function extensionsOf(cycle: Cycle): readonly Extensions[] {
  const found: Extensions[] = [];
  for (const plugin of cycle.profile.plugins.preFilter) {
    if (plugin.extensions !== undefined && !cycle.skipFilter.has(plugin.name)) found.push(plugin.extensions);
  }
  return found;
}
