import { withField } from "../base/with-field.ts";
import type { Pod } from "../api/types/core-v1.ts";
import { cast } from "../base/units.ts";
import type { Attempt } from "./attempt.ts";
import { attempt } from "./attempt.ts";
import type { NodeInfo } from "./cache/node-info.ts";
import { podKey } from "./cache/pod-info.ts";
import { runFilters } from "./filter-nodes.ts";
import type { Environment } from "./framework/cycle.ts";
import type { Profile } from "./framework/profile.ts";
import type { Status } from "./framework/status.ts";
import { messageOf } from "./framework/status.ts";
import { whyPicked } from "./plugins/default-preemption/candidates.ts";
import type { PreemptionDetail } from "./plugins/default-preemption/plugin.ts";
import type { ScheduleOptions } from "./schedule-one.ts";

/** What a plugin gave a feasible node. */
export interface ExplainedScore {
  readonly plugin: string;
  /** Before normalizing; the same as `normalized` where the plugin does not normalize. */
  readonly raw: number;
  readonly normalized: number;
  readonly weight: number;
  /** normalized * weight, which is added to the total. */
  readonly weighted: number;
}

/** What a Filter plugin says of a node, also when another one rejected it before. */
export interface ExplainedFilter {
  readonly plugin: string;
  readonly verdict: "passed" | "skipped" | Status["code"];
  readonly reasons: readonly string[];
}

/** What the attempt says of one node. */
export type ExplainedNode = { readonly node: string; readonly filters: readonly ExplainedFilter[] } & (
  | { readonly verdict: "rejected"; readonly status: Status }
  | { readonly verdict: "feasible"; readonly scores: readonly ExplainedScore[]; readonly total?: number }
  | { readonly verdict: "not examined"; readonly why: string }
);

/** What a dry run of preemption looked at. */
export interface ExplainedPreemption {
  readonly candidates: readonly {
    readonly node: string;
    readonly victims: readonly string[];
    /** PodDisruptionBudgets that would be overdrawn, counted by victims. */
    readonly violations: number;
  }[];
  /** Nodes where removing all pods of lower priority would not help. */
  readonly rejected: readonly { readonly node: string; readonly status: Status }[];
  /** Why the nominated node was picked; absent when there is none. */
  readonly why?: string;
}

/** Why a pod goes to its node, or to none. */
export interface Explanation {
  readonly pod: string;
  readonly schedulerName: string;
  /** In the order of the snapshot; empty when the pod is not tried at all. */
  readonly nodes: readonly ExplainedNode[];
  /** Plugins whose PreFilter or PreScore had nothing to do for this pod. */
  readonly skipped: { readonly filter: readonly string[]; readonly score: readonly string[] };
  /** The verdict with which PreFilter ended the attempt. */
  readonly preFilter?: Status;
  /** The only nodes that PreFilter left, and the plugins that named them. */
  readonly narrowed?: { readonly nodes: readonly string[]; readonly by: readonly string[] };
  readonly chosen?: string;
  /** One sentence: why this node, or upstream's message of the failure. */
  readonly why: string;
  /** The pods that would have to go, when preemption would help. */
  readonly preemption?: { readonly node: string; readonly victims: readonly string[] };
  readonly triedPreemption?: ExplainedPreemption;
}

/** Explains an attempt for one pod; decides as the scheduler would and changes nothing. */
export function explain(environment: Environment, profile: Profile, pod: Pod, options: ScheduleOptions): Explanation {
  const head = { pod: podKey(pod), schedulerName: profile.schedulerName };
  const gate = gateOf(environment, profile, pod);
  if (gate !== undefined)
    return { ...head, nodes: [], skipped: { filter: [], score: [] }, why: `it is not tried: ${messageOf(gate)}` };
  const made = attempt(environment, profile, pod, withField(options, "record", true));
  const { node: chosen, cycle, preFilter, narrowed } = made.schedule;
  const result = made.postFilter?.result;
  return {
    nodes: explainNodes(made),
    skipped: { filter: [...cycle.skipFilter].sort(), score: [...cycle.skipScore].sort() },
    ...(preFilter !== undefined && { preFilter }),
    ...(narrowed !== undefined && { narrowed: { nodes: [...narrowed.names].sort(), by: narrowed.by } }),
    ...(chosen !== undefined && { chosen }),
    why: chosen === undefined ? made.message : whyChosen(made, chosen),
    ...(result !== undefined &&
      result.nominatedNodeName !== "" && {
        preemption: { node: result.nominatedNodeName, victims: (result.victims ?? []).map(podKey) },
      }),
    ...(result?.detail !== undefined && { triedPreemption: explainPreemption(cast<PreemptionDetail>(result.detail)) }),
    ...head,
  };
}

function gateOf({ objects }: Environment, profile: Profile, pod: Pod): Status | undefined {
  for (const plugin of profile.plugins.preEnqueue) {
    const verdict = plugin.preEnqueue?.(pod, objects);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

function explainPreemption({ candidates, rejected }: PreemptionDetail): ExplainedPreemption {
  return {
    candidates: candidates.map(({ node, pods, violations }) => ({ node, victims: pods.map(podKey), violations })),
    rejected: [...rejected].map(([node, status]) => ({ node, status })),
    ...(candidates.length > 0 && { why: whyPicked(candidates) }),
  };
}

function explainNodes(made: Attempt): readonly ExplainedNode[] {
  const { cycle, diagnosis, feasibleNodes, narrowed } = made.schedule;
  const place = new Map(feasibleNodes.map(({ name }, i) => [name, i]));
  return cycle.snapshot.list.map((info): ExplainedNode => {
    const face = { node: info.name, filters: explainFilters(made, info) };
    const rejection = diagnosis.nodes.get(info.name) ?? diagnosis.known?.verdicts[info.row];
    if (rejection !== undefined) return { verdict: "rejected", status: rejection, ...face };
    const i = place.get(info.name);
    if (i !== undefined) return { verdict: "feasible", ...explainScores(made, i), ...face };
    if (diagnosis.absent !== undefined) return { verdict: "rejected", status: diagnosis.absent, ...face };
    const why = narrowed === undefined ? "enough feasible nodes were found before" : "PreFilter named other nodes";
    return { verdict: "not examined", why, ...face };
  });
}

/** Every Filter plugin on its own; none has a say when PreFilter ended the attempt. */
function explainFilters({ schedule }: Attempt, node: NodeInfo): readonly ExplainedFilter[] {
  const { cycle, preFilter } = schedule;
  if (preFilter !== undefined) return [];
  return cycle.profile.plugins.filter.map((plugin): ExplainedFilter => {
    if (cycle.skipFilter.has(plugin.name)) return { plugin: plugin.name, verdict: "skipped", reasons: [] };
    const verdict = runFilters(cycle, [plugin], node);
    return { plugin: plugin.name, verdict: verdict?.code ?? "passed", reasons: verdict?.reasons ?? [] };
  });
}

function explainScores(
  { schedule }: Attempt,
  i: number,
): { readonly scores: readonly ExplainedScore[]; readonly total?: number } {
  const { scores } = schedule;
  const own = (scores?.plugins ?? []).map(({ plugin, weight, raw, normalized }): ExplainedScore => {
    const score = normalized[i] ?? 0;
    return { plugin, raw: (raw ?? normalized)[i] ?? 0, normalized: score, weight, weighted: score * weight };
  });
  const total = scores?.totals[i];
  return { scores: own, ...(total !== undefined && { total }) };
}

function whyChosen({ schedule }: Attempt, chosen: string): string {
  const { feasible, scores, feasibleNodes, nominated } = schedule;
  if (nominated === true) return `${chosen} is the nominated node and still fits`;
  if (feasible === 1) return `${chosen} is the only feasible node`;
  if (scores === undefined) return `${chosen} is the first feasible node, and nothing scores`;
  const best = Math.max(...scores.totals);
  const equals = feasibleNodes.filter((_, i) => scores.totals[i] === best);
  if (equals.length > 1)
    return `${chosen} is the first of ${equals.length} nodes with the highest total, ${best}, in the order of the scheduler's heap`;
  const next = Math.max(...scores.totals.filter((total) => total < best));
  const second = feasibleNodes[scores.totals.indexOf(next)];
  return `${chosen} has the highest total, ${best}; the next is ${second?.name ?? "none"} with ${next}`;
}
