import type { Pod } from "../api/types/core-v1.ts";
import type { Attempt } from "./attempt.ts";
import { attempt } from "./attempt.ts";
import type { Environment } from "./framework/cycle.ts";
import type { Profile } from "./framework/profile.ts";
import type { Status } from "./framework/status.ts";
import type { PreemptionDetail } from "./plugins/default-preemption/plugin.ts";
import { cast } from "../base/units.ts";
import type { ScheduleOptions } from "./schedule-one.ts";

/** What a plugin gave a feasible node. */
export interface ExplainedScore {
  readonly plugin: string;
  /** Before normalizing; the same as `normalized` where the plugin does not normalize. */
  readonly raw: number;
  readonly normalized: number;
  readonly weight: number;
}

/** What the attempt says of one node. */
export type ExplainedNode =
  | { readonly node: string; readonly verdict: "rejected"; readonly status: Status }
  | {
      readonly node: string;
      readonly verdict: "feasible";
      readonly scores: readonly ExplainedScore[];
      readonly total?: number;
    }
  | { readonly node: string; readonly verdict: "not examined"; readonly why: string };

/** Why a pod goes to its node, or to none. */
export interface Explanation {
  readonly pod: string;
  /** In the order of the snapshot. */
  readonly nodes: readonly ExplainedNode[];
  readonly chosen?: string;
  /** One sentence: why this node, or upstream's message of the failure. */
  readonly why: string;
  /** The pods that would have to go, when preemption would help. */
  readonly preemption?: { readonly node: string; readonly victims: readonly string[] };
  readonly triedPreemption?: PreemptionDetail;
}

/** Explains an attempt for one pod; decides as the scheduler would and changes nothing. */
export function explain(environment: Environment, profile: Profile, pod: Pod, options: ScheduleOptions): Explanation {
  const made = attempt(environment, profile, pod, { ...options, record: true });
  const { node: chosen } = made.schedule;
  const result = made.postFilter?.result;
  return {
    pod: `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`,
    nodes: explainNodes(made),
    ...(chosen !== undefined && { chosen }),
    why: chosen === undefined ? made.message : whyChosen(made, chosen),
    ...(result !== undefined &&
      result.nominatedNodeName !== "" && {
        preemption: {
          node: result.nominatedNodeName,
          victims: (result.victims ?? []).map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`),
        },
      }),
    ...(result?.detail !== undefined && { triedPreemption: cast<PreemptionDetail>(result.detail) }),
  };
}

function explainNodes({ schedule }: Attempt): readonly ExplainedNode[] {
  const { cycle, diagnosis, feasibleNodes, scores, narrowed } = schedule;
  const place = new Map(feasibleNodes.map(({ name }, i) => [name, i]));
  return cycle.snapshot.list.map(({ name }): ExplainedNode => {
    const rejection = diagnosis.nodes.get(name);
    if (rejection !== undefined) return { node: name, verdict: "rejected", status: rejection };
    const i = place.get(name);
    if (i === undefined) {
      if (diagnosis.absent !== undefined) return { node: name, verdict: "rejected", status: diagnosis.absent };
      const why = narrowed === undefined ? "enough feasible nodes were found before" : "PreFilter named other nodes";
      return { node: name, verdict: "not examined", why };
    }
    const own = (scores?.plugins ?? []).map(({ plugin, weight, raw, normalized }) => ({
      plugin,
      raw: (raw ?? normalized)[i] ?? 0,
      normalized: normalized[i] ?? 0,
      weight,
    }));
    const total = scores?.totals[i];
    return { node: name, verdict: "feasible", scores: own, ...(total !== undefined && { total }) };
  });
}

function whyChosen({ schedule }: Attempt, chosen: string): string {
  const { feasible, scores, feasibleNodes, nominated } = schedule;
  if (nominated === true) return `${chosen} is the nominated node and still fits`;
  if (feasible === 1 || scores === undefined) return `${chosen} is the only feasible node`;
  const best = Math.max(...scores.totals);
  const equals = feasibleNodes.filter((_, i) => scores.totals[i] === best);
  if (equals.length === 1) return `${chosen} has the highest total, ${best}`;
  return `${chosen} is the first of ${equals.length} nodes with the highest total, ${best}, in the order of the scheduler's heap`;
}
