import type { NodeInfo } from "../../cache/node-info.ts";
import type { Cycle } from "../../framework/cycle.ts";
import type { Constraint } from "./constraints.ts";
import { countMatching, hasAllKeys, HOSTNAME, isIncluded } from "./constraints.ts";

/** What scoring knows of the soft constraints. */
export interface SpreadScores {
  readonly constraints: readonly Constraint[];
  /** Feasible nodes without all topology keys. */
  readonly ignored: ReadonlySet<string>;
  /** Matching pods per domain that a feasible node has; unused for the hostname. */
  readonly counts: readonly Map<string, number>[];
  readonly weights: readonly number[];
}

/** Counts matching pods in the domains of the feasible nodes, and weighs each constraint by ln(domains + 2). */
export function spreadScores(
  cycle: Cycle,
  constraints: readonly Constraint[],
  feasible: readonly NodeInfo[],
  requireAllKeys: boolean,
): SpreadScores {
  const ignored = new Set<string>();
  const counts = constraints.map(() => new Map<string, number>());
  for (const { name, node } of feasible) {
    if (node === undefined || (requireAllKeys && !hasAllKeys(node, constraints))) {
      ignored.add(name);
      continue;
    }
    for (const [i, { topologyKey }] of constraints.entries())
      if (topologyKey !== HOSTNAME) counts[i]?.set(node.metadata.labels?.[topologyKey] ?? "", 0);
  }
  const weights = constraints.map(({ topologyKey }, i) =>
    Math.log((topologyKey === HOSTNAME ? feasible.length - ignored.size : (counts[i]?.size ?? 0)) + 2),
  );
  const { pod } = cycle;
  for (const { node, pods } of cycle.snapshot.list) {
    if (node === undefined || (requireAllKeys && !hasAllKeys(node, constraints))) continue;
    for (const [i, constraint] of constraints.entries()) {
      const domains = counts[i];
      const value = node.metadata.labels?.[constraint.topologyKey] ?? "";
      const known = domains?.get(value);
      if (known === undefined || !isIncluded(constraint, pod, node)) continue;
      domains?.set(value, known + countMatching(pods, constraint.selector, pod.metadata.namespace));
    }
  }
  return { constraints, ignored, counts, weights };
}

/** Sum over the constraints of pods·weight + (maxSkew − 1), rounded: lower is better until normalized. */
export function scoreSpread(cycle: Cycle, state: SpreadScores, { name, node, pods }: NodeInfo): number {
  if (state.ignored.has(name)) return 0;
  let score = 0;
  for (let i = 0; i < state.constraints.length; i += 1) {
    const constraint = state.constraints[i];
    const value = constraint === undefined ? undefined : node?.metadata.labels?.[constraint.topologyKey];
    if (constraint === undefined || value === undefined) continue;
    const count =
      constraint.topologyKey === HOSTNAME
        ? countMatching(pods, constraint.selector, cycle.pod.metadata.namespace)
        : (state.counts[i]?.get(value) ?? 0);
    score += count * (state.weights[i] ?? 0) + (constraint.maxSkew - 1);
  }
  return Math.floor(score + 0.5);
}

/** 100·(max + min − score) ÷ max over the nodes that are not ignored; these get 0. */
export function normalizeSpread(state: SpreadScores, nodes: readonly NodeInfo[], scores: number[]): void {
  let min = Number.MAX_SAFE_INTEGER;
  let max = 0;
  const isIgnored = (i: number): boolean => state.ignored.size > 0 && state.ignored.has(nodes[i]?.name ?? "");
  for (const [i, score] of scores.entries()) {
    if (isIgnored(i)) continue;
    if (score < min) min = score;
    if (score > max) max = score;
  }
  for (const [i, score] of scores.entries())
    scores[i] = isIgnored(i) ? 0 : max === 0 ? 100 : Math.trunc((100 * (max + min - score)) / max);
}
