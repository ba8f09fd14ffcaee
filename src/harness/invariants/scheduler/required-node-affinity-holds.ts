import { matchesNodeAffinity } from "../../survivability/admits.ts";
import type { Invariant } from "../invariant.ts";
import type { NodeStates } from "./node-states.ts";
import { nodeAdmits } from "./node-states.ts";

/** NodeAffinity, judged from outside. */
export const requiredNodeAffinityHolds: Invariant<NodeStates> = nodeAdmits(
  {
    name: "required-node-affinity-holds",
    statement: "The scheduler binds a pod only to a node that its nodeSelector and required node affinity match.",
    source: "concepts/scheduling-eviction/assign-pod-node",
  },
  (pod, node) =>
    matchesNodeAffinity(pod, node) ? undefined : "its nodeSelector or required node affinity does not match",
);
