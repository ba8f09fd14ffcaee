import { asPod, isReady, isTerminal, nodeOf } from "../../survivability/pod.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { about } from "../violation.ts";

const NAME = "no-ready-pod-on-a-dead-node";

/** The node controller speaks for the kubelet that cannot. */
export const noReadyPodOnADeadNode: Invariant<null> = {
  name: NAME,
  catalogue: ["87", "I27"],
  expectation: "eventually",
  statement: "Pods of a node that has been down for long are not Ready.",
  source: "concepts/architecture/nodes: node controller",
  resources: [],
  init: () => null,
  atEnd(_memory, world) {
    const found: Violation[] = [];
    if (!world.processes.some((process) => process.name.startsWith("kube-controller-manager") && process.up))
      return found;
    for (const object of world.objects("pods").values()) {
      const pod = asPod(object);
      const node = nodeOf(pod);
      if (node === "" || !world.objects("nodes").has(node) || isTerminal(pod) || !isReady(pod) || world.powered(node))
        continue;
      found.push(about(NAME, world.now, pod, `It is Ready, but its node ${node} is off.`));
    }
    return found;
  },
};
