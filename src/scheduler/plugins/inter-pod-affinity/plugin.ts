import { cast } from "../../../base/units.ts";
import type { Plugin } from "../../framework/plugin.ts";
import { skip } from "../../framework/status.ts";
import { ACTION } from "../../queue/event-registration.ts";
import type { AffinityState } from "./filtering.ts";
import { affinityState, cloneAffinityState, filterByAffinity, updateAffinityState } from "./filtering.ts";
import { nodeChangeHelps, podChangeHelps } from "./hints.ts";
import { affinityScores, normalizeAffinity, scoreAffinity } from "./scoring.ts";
import type { TopologyCounts } from "./topology-counts.ts";

const NAME = "InterPodAffinity";
const SCORES = "InterPodAffinity/scores";

/** Places pods near or away from other pods, by their own terms and by those of the pods that are there. */
export const InterPodAffinity: Plugin = {
  name: NAME,
  columns: "affinity",
  events: () => [
    { resource: "Pod", actions: ACTION.Add | ACTION.UpdatePodLabel | ACTION.Delete, hint: podChangeHelps },
    { resource: "Node", actions: ACTION.Add | ACTION.UpdateNodeLabel, hint: nodeChangeHelps },
  ],
  preFilter(cycle) {
    const state = affinityState(cycle);
    if (state === undefined) return { status: skip };
    cycle.state.set(NAME, state);
    return undefined;
  },
  extensions: {
    clone(state) {
      const own = cast<AffinityState | undefined>(state.get(NAME));
      if (own !== undefined) state.set(NAME, cloneAffinityState(own));
    },
    addPod: (cycle, pod, node) => updateAffinityState(cast(cycle.state.get(NAME)), cycle, pod, node, 1),
    removePod: (cycle, pod, node) => updateAffinityState(cast(cycle.state.get(NAME)), cycle, pod, node, -1),
  },
  filter: (cycle, node) => filterByAffinity(cast<AffinityState>(cycle.state.get(NAME)), cycle, node),
  preScore(cycle) {
    const counts = affinityScores(cycle);
    if (counts === undefined) return skip;
    cycle.state.set(SCORES, counts);
    return undefined;
  },
  score: (cycle, node) => scoreAffinity(cast<TopologyCounts>(cycle.state.get(SCORES)), node),
  normalize: (_cycle, _nodes, scores) => normalizeAffinity(scores),
};
