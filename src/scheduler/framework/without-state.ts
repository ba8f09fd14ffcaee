import type { Plugin } from "./plugin.ts";
import { status } from "./status.ts";

/** What Filter says when the plugin's PreFilter, which leaves it something in the cycle's state, is not enabled. */
const FILTER_NEEDS: { readonly [plugin: string]: string } = {
  NodePorts: 'reading "PreFilterNodePorts" from cycleState: not found',
  NodeResourcesFit: 'error reading "PreFilterNodeResourcesFit" from cycleState: not found',
  VolumeRestrictions: 'cannot read "PreFilterVolumeRestrictions" from cycleState',
  VolumeBinding: "not found",
  PodTopologySpread: 'reading "PreFilterPodTopologySpread" from cycleState: not found',
  InterPodAffinity: 'error reading "PreFilterInterPodAffinity" from cycleState: not found',
  DynamicResources: "not found",
  NodeDeclaredFeatures: 'error reading "PreFilterNodeDeclaredFeatures" from cycle-state: not found',
};

/** The same of Score and PreScore; other plugins compute what they lack. */
const SCORE_NEEDS: { readonly [plugin: string]: string } = {
  TaintToleration: 'failed to read "PreScoreTaintToleration" from cycleState: not found',
  PodTopologySpread: 'error reading "PreScorePodTopologySpread" from cycleState: not found',
  InterPodAffinity: 'failed to read "PreScoreInterPodAffinity" from cycleState: not found',
};

/** Filter plugins; those whose PreFilter is missing and that cannot do without it fail on every node. */
export function filtersBeside(filters: readonly Plugin[], preFilters: readonly Plugin[]): readonly Plugin[] {
  return filters.map((plugin) => {
    const needs = FILTER_NEEDS[plugin.name];
    if (needs === undefined || preFilters.includes(plugin)) return plugin;
    const { local: _local, podless: _podless, columns: _columns, ...rest } = plugin;
    const failure = status(plugin.name, "Error", needs);
    return { ...rest, filter: () => failure };
  });
}

/** Score plugins; those whose PreScore is missing and that cannot do without it fail. */
export function scorersBeside(scorers: readonly Plugin[], preScorers: readonly Plugin[]): readonly Plugin[] {
  return scorers.map((plugin) => {
    const needs = SCORE_NEEDS[plugin.name];
    if (needs === undefined || preScorers.includes(plugin)) return plugin;
    const { local: _local, podless: _podless, columns: _columns, ...rest } = plugin;
    return { ...rest, scoreFails: needs };
  });
}
