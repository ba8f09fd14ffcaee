import type { Node, Pod, Taint } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import type { Plugin } from "../../framework/plugin.ts";
import { status } from "../../framework/status.ts";
import { ACTION } from "../../queue/event-registration.ts";
import { tolerates } from "../taint-toleration/tolerates.ts";

const UNSCHEDULABLE: Taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };
const REJECTED = status("NodeUnschedulable", "UnschedulableAndUnresolvable", "node(s) were unschedulable");

/** Rejects cordoned nodes unless the pod tolerates the taint that goes with it. */
export const NodeUnschedulable: Plugin = {
  name: "NodeUnschedulable",
  local: true,
  podless: true,
  events: () => [
    {
      resource: "Node",
      actions: ACTION.Add | ACTION.UpdateNodeTaint,
      hint({ before, after }) {
        const was = cast<Node | undefined>(before);
        const is = cast<Node>(after);
        return is.spec?.unschedulable !== true && (was === undefined || was.spec?.unschedulable === true);
      },
    },
    {
      resource: "Pod",
      actions: ACTION.UpdatePodToleration,
      hint: ({ pod, after }) => after?.metadata.uid === pod.metadata.uid && toleratesCordon(cast<Pod>(after)),
    },
  ],
  filter(cycle, { node }) {
    return node?.spec?.unschedulable !== true || toleratesCordon(cycle.pod) ? undefined : REJECTED;
  },
};

function toleratesCordon(pod: Pod): boolean {
  return tolerates(pod.spec.tolerations, UNSCHEDULABLE);
}
