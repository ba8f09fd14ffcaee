import { barredByCordon } from "../../survivability/admits.ts";
import type { Invariant } from "../invariant.ts";
import type { NodeStates } from "./node-states.ts";
import { nodeAdmits } from "./node-states.ts";

/** NodeUnschedulable, judged from outside. */
export const cordonedNodesGetNoPods: Invariant<NodeStates> = nodeAdmits(
  {
    name: "cordoned-nodes-get-no-pods",
    statement: "The scheduler binds no pod to a node with spec.unschedulable, unless the pod tolerates that.",
    source: "concepts/architecture/nodes: manual node administration",
  },
  (pod, node) => (barredByCordon(pod, node) ? "the node is cordoned" : undefined),
);
