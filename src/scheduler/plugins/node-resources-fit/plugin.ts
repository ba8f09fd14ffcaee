import { cast } from "../../../base/units.ts";
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
  filter({ info, profile }, node) {
    const short = insufficientResources(info.requests, node, profile.args.NodeResourcesFit);
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
