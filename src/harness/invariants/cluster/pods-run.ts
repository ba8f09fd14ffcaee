import { asPod, isReady, isTerminal, isTerminating, nodeOf } from "../../survivability/pod.ts";
import { excuseOfPod } from "../../survivability.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { about } from "../violation.ts";

const NAME = "pods-run";

/** Nothing stays Pending, unready or Terminating for no reason. */
export const podsRun: Invariant<null> = {
  name: NAME,
  catalogue: ["43", "109", "I2"],
  expectation: "eventually",
  statement:
    "Every pod is bound, Running and Ready, has ended, or is gone after its deletion, unless no cluster could do that.",
  source: "concepts/workloads/pods/pod-lifecycle; concepts/scheduling-eviction: kube-scheduler",
  resources: [],
  init: () => null,
  atEnd(_memory, world, { trouble }) {
    const found: Violation[] = [];
    for (const object of world.objects("pods").values()) {
      const pod = asPod(object);
      const going = isTerminating(pod);
      if (!going && (isTerminal(pod) || (pod.status?.phase === "Running" && isReady(pod)))) continue;
      if (excuseOfPod(pod, world, trouble) !== undefined) continue;
      const state = going
        ? "Terminating"
        : nodeOf(pod) === ""
          ? "Pending without a node"
          : `${pod.status?.phase} and not Ready on ${nodeOf(pod)}`;
      found.push(about(NAME, world.now, pod, `It is ${state}, and nothing excuses it.`));
    }
    return found;
  },
};
