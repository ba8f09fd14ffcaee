import type { Pod } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import type { UsedPorts } from "../../cache/host-ports.ts";
import { portConflicts, takePorts } from "../../cache/host-ports.ts";
import { specInfo } from "../../cache/pod-info.ts";
import type { Plugin } from "../../framework/plugin.ts";
import { skip, status } from "../../framework/status.ts";
import { ACTION } from "../../queue/event-registration.ts";

const NAME = "NodePorts";
const REJECTED = status(NAME, "Unschedulable", "node(s) didn't have free ports for the requested pod ports");

/** Rejects nodes on which a host port that the pod wants is taken. */
export const NodePorts: Plugin = {
  name: NAME,
  local: true,
  events: () => [
    {
      resource: "Pod",
      actions: ACTION.Delete,
      hint({ pod, before }) {
        const gone = cast<Pod>(before);
        if ((gone.spec.nodeName ?? "") === "" && (gone.status?.nominatedNodeName ?? "") === "") return false;
        const used: UsedPorts = new Map();
        takePorts(used, specInfo(gone).hostPorts);
        return specInfo(pod).hostPorts.some((wanted) => portConflicts(used, wanted));
      },
    },
    { resource: "Node", actions: ACTION.Add },
  ],
  preFilter: ({ info }) => (info.hostPorts.length === 0 ? { status: skip } : undefined),
  filter({ info }, node) {
    for (const wanted of info.hostPorts) if (portConflicts(node.ports, wanted)) return REJECTED;
    return undefined;
  },
};
