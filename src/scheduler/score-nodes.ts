import type { NodeInfo } from "./cache/node-info.ts";
import type { Cycle } from "./framework/cycle.ts";
import type { Status } from "./framework/status.ts";
import { status } from "./framework/status.ts";

/** Scores of one plugin, aligned with the feasible nodes. */
export interface PluginScores {
  readonly plugin: string;
  readonly weight: number;
  /** Before normalizing; undefined when the plugin does not normalize. */
  readonly raw: readonly number[] | undefined;
  /** 0..100, before the weight. */
  readonly normalized: readonly number[];
}

/** The weighted sums, and what they are made of when `record` is set. */
export interface Scores {
  readonly totals: readonly number[];
  readonly plugins: readonly PluginScores[];
  readonly error?: Status;
}

/** PreScore, Score and NormalizeScore of all plugins over the feasible nodes. */
export function scoreNodes(cycle: Cycle, nodes: readonly NodeInfo[], record: boolean): Scores {
  const { profile } = cycle;
  for (const plugin of profile.plugins.preScore) {
    const verdict = plugin.preScore?.(cycle, nodes);
    if (verdict === undefined) continue;
    if (verdict.code !== "Skip") return { totals: [], plugins: [], error: verdict };
    cycle.skipScore.add(plugin.name);
  }
  const plugins: PluginScores[] = [];
  const totals = new Array<number>(nodes.length).fill(0);
  let scored = false;
  for (const plugin of profile.plugins.score) {
    if (cycle.skipScore.has(plugin.name) || plugin.score === undefined) continue;
    if (plugin.scoreFails !== undefined) {
      const what = `running Score plugins: plugin "${plugin.name}" failed with: ${plugin.scoreFails}`;
      return { totals: [], plugins: [], error: status("", "Error", what) };
    }
    scored = true;
    const scores: number[] = [];
    for (const node of nodes) scores.push(plugin.score(cycle, node));
    const raw = record && plugin.normalize !== undefined ? [...scores] : undefined;
    plugin.normalize?.(cycle, nodes, scores);
    const weight = profile.weights.get(plugin.name) ?? 1;
    for (let i = 0; i < totals.length; i += 1) totals[i] = (totals[i] ?? 0) + weight * (scores[i] ?? 0);
    if (record) plugins.push({ plugin: plugin.name, weight, raw, normalized: scores });
  }
  if (!scored && profile.plugins.score.length === 0) totals.fill(1);
  return { totals, plugins };
}
