import { parseTimestamp } from "../../../base/time.ts";
import type { Millis } from "../../../base/units.ts";
import { cast } from "../../../base/units.ts";
import type { Node, Pod } from "../../../api/types/core-v1.ts";
import type { Change, World } from "../../../cluster/world.ts";
import { asPod, isTerminal, nodeOf } from "../../survivability/pod.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { about, byControllerManager, byKubelet } from "../violation.ts";

const NAME = "pods-go-after-their-containers";
/** A node that came back so recently may still be missing in the eyes of the pod garbage collector. */
const NODE_SETTLED_MS: Millis = 120_000;

/** The name of a pod is free only when nothing runs under it any more, unless its node is lost or the user insists. */
export const podsGoAfterTheirContainers: Invariant<null> = {
  name: NAME,
  catalogue: ["58", "86", "89"],
  expectation: "always",
  statement:
    "A bound pod is removed from the API only after its containers have stopped, unless it is deleted by force or its node is gone.",
  source: "concepts/workloads/pods/pod-lifecycle: termination of pods",
  resources: ["pods"],
  init: () => null,
  onChange(_memory, change, world) {
    const { by, before, after } = change;
    if (after !== undefined || before === undefined) return undefined;
    const pod = asPod(before);
    if (nodeOf(pod) === "") return undefined;
    if (byKubelet(by)) return judgeKubelet(pod, change, world);
    return byControllerManager(by) || by.startsWith("kube-scheduler") ? judgeController(pod, change, world) : undefined;
  },
};

function judgeKubelet(pod: Pod, { at, by }: Change, world: World): Violation | undefined {
  for (const container of world.containers(nodeOf(pod))) {
    if (!container.running || container.podUid !== pod.metadata.uid) continue;
    return about(NAME, at, pod, `${by} removed it while its container ${container.container} was running.`);
  }
  return undefined;
}

function judgeController(pod: Pod, { at, by }: Change, world: World): Violation | undefined {
  if (isTerminal(pod) || pod.spec.terminationGracePeriodSeconds === 0 || pod.metadata.deletionGracePeriodSeconds === 0)
    return undefined;
  const node = cast<Node | undefined>(world.objects("nodes").get(nodeOf(pod)));
  if (node === undefined || parseTimestamp(node.metadata.creationTimestamp) + NODE_SETTLED_MS > at) return undefined;
  if ((node.spec.taints ?? []).some((taint) => taint.key === "node.kubernetes.io/out-of-service")) return undefined;
  return about(NAME, at, pod, `${by} removed it by force, but its node ${node.metadata.name} exists.`);
}
