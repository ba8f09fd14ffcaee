import type { Node, Toleration } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import type { Plugin } from "../../framework/plugin.ts";
import { normalizeToMax } from "../../framework/normalize.ts";
import { status } from "../../framework/status.ts";
import { ACTION } from "../../queue/event-registration.ts";
import { tolerates, untoleratedTaint } from "./tolerates.ts";

const NAME = "TaintToleration";
const REJECTED = status(NAME, "UnschedulableAndUnresolvable", "node(s) had untolerated taint(s)");
const NONE: readonly never[] = [];

/** Rejects nodes with taints that the pod does not tolerate and prefers nodes with few PreferNoSchedule taints. */
export const TaintToleration: Plugin = {
  name: NAME,
  local: true,
  podless: true,
  scaling: "max-reversed",
  events: () => [
    {
      resource: "Node",
      actions: ACTION.Add | ACTION.UpdateNodeTaint,
      hint({ pod, before, after }) {
        const was = cast<Node | undefined>(before);
        const taintsOf = (node: Node): NonNullable<Node["spec"]>["taints"] & {} => node.spec?.taints ?? NONE;
        const wasKept = was === undefined || untoleratedTaint(taintsOf(was), pod.spec.tolerations) !== undefined;
        return wasKept && untoleratedTaint(taintsOf(cast<Node>(after)), pod.spec.tolerations) === undefined;
      },
    },
    {
      resource: "Pod",
      actions: ACTION.UpdatePodToleration,
      hint: ({ pod, after }) => after?.metadata.uid === pod.metadata.uid,
    },
  ],
  filter(cycle, { node }) {
    const taints = node?.spec?.taints;
    if (taints === undefined || taints.length === 0) return undefined;
    return untoleratedTaint(taints, cycle.pod.spec.tolerations) === undefined ? undefined : REJECTED;
  },
  preScore(cycle) {
    cycle.state.set(NAME, preferring(cycle.pod.spec.tolerations));
    return undefined;
  },
  score(cycle, { node }) {
    const taints = node?.spec?.taints;
    if (taints === undefined || taints.length === 0) return 0;
    const known = cast<readonly Toleration[] | undefined>(cycle.state.get(NAME));
    const tolerations = known ?? preferring(cycle.pod.spec.tolerations);
    let count = 0;
    for (const taint of taints) if (taint.effect === "PreferNoSchedule" && !tolerates(tolerations, taint)) count += 1;
    return count;
  },
  normalize: (_cycle, _nodes, scores) => normalizeToMax(scores, true),
};

/** Tolerations that can tolerate a PreferNoSchedule taint. */
export function preferring(tolerations: readonly Toleration[] | undefined): readonly Toleration[] {
  if (tolerations === undefined || tolerations.length === 0) return NONE;
  return tolerations.filter(({ effect = "" }) => effect === "" || effect === "PreferNoSchedule");
}
