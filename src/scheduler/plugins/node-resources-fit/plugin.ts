import type { Pod } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import type { Requests } from "../../cache/requests.ts";
import { podRequests } from "../../cache/requests.ts";
import type { Plugin } from "../../framework/plugin.ts";
import { status } from "../../framework/status.ts";
import { ACTION } from "../../queue/event-registration.ts";
import { amountsOf } from "./amounts.ts";
import { insufficientResources } from "./fits.ts";
import { deviceClassHelps, nodeChangeHelps, podChangeHelps } from "./hints.ts";
import { strategyScore } from "./strategies.ts";

const NAME = "NodeResourcesFit";

/** Rejects nodes without enough free resources and scores them by what would be left or used. */
export const NodeResourcesFit: Plugin = {
  name: NAME,
  local: true,
  events: () => [
    { resource: "Pod", actions: ACTION.Delete | ACTION.UpdatePodScaleDown, hint: podChangeHelps },
    { resource: "Node", actions: ACTION.Add | ACTION.UpdateNodeAllocatable, hint: nodeChangeHelps },
    { resource: "DeviceClass", actions: ACTION.Add | ACTION.Update, hint: deviceClassHelps },
  ],
  preFilter: () => undefined,
  filter({ pod, info, profile, mutants }, node) {
    const requests = mutants.has("SCH-34") ? requestsWithoutSidecars(pod) : info.requests;
    const short = insufficientResources(requests, node, profile.args.NodeResourcesFit);
    if (short === undefined) return undefined;
    return status(NAME, short.unresolvable ? "UnschedulableAndUnresolvable" : "Unschedulable", ...short.reasons);
  },
  preScore({ info, profile, state }) {
    state.set(NAME, amountsOf(info.scored, profile.args.NodeResourcesFit.scoringStrategy.resources));
    return undefined;
  },
  score({ info, profile, state }, node) {
    const strategy = profile.args.NodeResourcesFit.scoringStrategy;
    const wanted = cast<readonly number[] | undefined>(state.get(NAME)) ?? amountsOf(info.scored, strategy.resources);
    return strategyScore(strategy, wanted, node);
  },
};

/** What the pod asks for if its sidecars counted like init containers that end. */
function requestsWithoutSidecars(pod: Pod): Requests {
  const initContainers = pod.spec.initContainers?.map((container) => {
    const { restartPolicy: _always, ...ending } = container;
    return ending;
  });
  const spec = { ...pod.spec, ...(initContainers !== undefined && { initContainers }) };
  return podRequests({ ...pod, spec }, { status: false, podLevel: true });
}
