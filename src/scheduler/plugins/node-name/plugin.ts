import type { Plugin } from "../../framework/plugin.ts";
import { status } from "../../framework/status.ts";
import { ACTION } from "../../queue/event-registration.ts";

const REJECTED = status("NodeName", "UnschedulableAndUnresolvable", "node(s) didn't match the requested node name");

/** A pod that names its node fits only there. */
export const NodeName: Plugin = {
  name: "NodeName",
  local: true,
  podless: true,
  events: () => [{ resource: "Node", actions: ACTION.Add }],
  filter(cycle, node) {
    const wanted = cycle.pod.spec.nodeName;
    return wanted === undefined || wanted === "" || wanted === node.name ? undefined : REJECTED;
  },
};
