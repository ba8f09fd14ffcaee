import { cast } from "../../../base/units.ts";
import type { Plugin } from "../../framework/plugin.ts";
import { skip } from "../../framework/status.ts";
import { ACTION } from "../../queue/event-registration.ts";
import { constraintsFor } from "./constraints.ts";
import type { SpreadState } from "./filtering.ts";
import { cloneSpreadState, filterBySpread, spreadState, updateSpreadState } from "./filtering.ts";
import { nodeChangeHelps, podChangeHelps } from "./hints.ts";
import type { SpreadScores } from "./scoring.ts";
import { normalizeSpread, scoreSpread, spreadScores } from "./scoring.ts";

const NAME = "PodTopologySpread";
const SCORES = "PodTopologySpread/scores";

/** Spreads pods over domains: hard constraints filter, soft ones and the defaults score. */
export const PodTopologySpread: Plugin = {
  name: NAME,
  columns: "spread",
  events: () => [
    {
      resource: "Pod",
      actions: ACTION.Add | ACTION.UpdatePodLabel | ACTION.UpdatePodToleration | ACTION.Delete,
      hint: podChangeHelps,
    },
    {
      resource: "Node",
      actions: ACTION.Add | ACTION.Delete | ACTION.UpdateNodeLabel | ACTION.UpdateNodeTaint,
      hint: nodeChangeHelps,
    },
  ],
  preFilter(cycle) {
    const { pod, profile, objects, state } = cycle;
    const constraints = constraintsFor(pod, "DoNotSchedule", profile.args, objects);
    if (constraints.length === 0) return { status: skip };
    state.set(NAME, spreadState(cycle, constraints));
    return undefined;
  },
  extensions: {
    clone(state) {
      const own = cast<SpreadState | undefined>(state.get(NAME));
      if (own !== undefined) state.set(NAME, cloneSpreadState(own));
    },
    addPod: (cycle, pod, node) => updateSpreadState(cast(cycle.state.get(NAME)), cycle.pod, pod, node, 1),
    removePod: (cycle, pod, node) => updateSpreadState(cast(cycle.state.get(NAME)), cycle.pod, pod, node, -1),
  },
  filter: (cycle, node) => filterBySpread(cast<SpreadState>(cycle.state.get(NAME)), cycle.pod, node),
  preScore(cycle, nodes) {
    const { pod, profile, objects, state } = cycle;
    const constraints = constraintsFor(pod, "ScheduleAnyway", profile.args, objects);
    if (constraints.length === 0) return skip;
    const own = (pod.spec.topologySpreadConstraints?.length ?? 0) > 0;
    const requireAllKeys = own || profile.args.PodTopologySpread.defaultingType !== "System";
    state.set(SCORES, spreadScores(cycle, constraints, nodes, requireAllKeys));
    return undefined;
  },
  score: (cycle, node) => scoreSpread(cycle, cast<SpreadScores>(cycle.state.get(SCORES)), node),
  normalize: (cycle, nodes, scores) => normalizeSpread(cast<SpreadScores>(cycle.state.get(SCORES)), nodes, scores),
};
