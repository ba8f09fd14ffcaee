import { untoleratedTaint } from "../../survivability/admits.ts";
import type { Invariant } from "../invariant.ts";
import type { NodeStates } from "./node-states.ts";
import { nodeAdmits } from "./node-states.ts";

/** TaintToleration, judged from outside. */
export const untoleratedTaintsKeepPodsOff: Invariant<NodeStates> = nodeAdmits(
  {
    name: "untolerated-taints-keep-pods-off",
    statement:
      "The scheduler binds no pod to a node with a NoSchedule or NoExecute taint that the pod does not tolerate.",
    source: "concepts/scheduling-eviction/taint-and-toleration",
  },
  (pod, node) => {
    const taint = untoleratedTaint(pod, node);
    return taint === undefined ? undefined : `it does not tolerate the taint ${taint.key}:${taint.effect}`;
  },
);
