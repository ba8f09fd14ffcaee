import { controllerOf } from "../../../api/object.ts";
import type { Node } from "../../../api/types/core-v1.ts";
import { asPod, isTerminal, isTerminating, nodeOf } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import { heldRecently } from "../recent.ts";
import { about, byControllerManager } from "../violation.ts";
import type { NodeStates } from "../scheduler/node-states.ts";
import { followNode } from "../scheduler/node-states.ts";

const NAME = "free-pods-are-left-alone";

/** Only a lost or tainted node, or the end of its namespace, makes a controller delete a pod that nobody controls. */
export const freePodsAreLeftAlone: Invariant<NodeStates> = {
  name: NAME,
  catalogue: ["55", "I10"],
  expectation: "always",
  calmOnly: true,
  statement: "No controller deletes a running pod without controller on a node that exists and has no NoExecute taint.",
  source: "concepts/workloads/controllers/replicaset; taint-eviction-controller; pod garbage collector",
  resources: ["pods", "nodes"],
  init: () => new Map(),
  onChange(states, change, world) {
    if (change.resource === "nodes") {
      followNode(states, change);
      return undefined;
    }
    const { at, by, before, after } = change;
    if (before === undefined || !byControllerManager(by) || isTerminating(before)) return undefined;
    if (after !== undefined && !isTerminating(after)) return undefined;
    const pod = asPod(before);
    const name = nodeOf(pod);
    if (
      name === "" ||
      isTerminal(pod) ||
      controllerOf(pod) !== undefined ||
      (pod.metadata.ownerReferences?.length ?? 0) > 0
    )
      return undefined;
    const node = states.get(name);
    if (node?.now === undefined || heldRecently(node.past, node.now, at, hasNoExecute)) return undefined;
    const namespace = world.objects("namespaces").get(pod.metadata.namespace ?? "");
    if (namespace !== undefined && isTerminating(namespace)) return undefined;
    return about(NAME, at, pod, `${by} deleted it, but it has no controller and ${name} has no NoExecute taint.`);
  },
};

function hasNoExecute(node: Node): boolean {
  return (node.spec.taints ?? []).some(
    (taint) => taint.effect === "NoExecute" || taint.key === "node.kubernetes.io/out-of-service",
  );
}
