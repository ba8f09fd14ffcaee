import { asPod, nodeOf } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import { about } from "../violation.ts";
import { isScheduler } from "./schedulers.ts";

const NAME = "preemption-does-not-loop";
/** Far more than nodes that come and go in a history can cause. */
const MOST = 10;

/** Each nomination costs victims: a pod that is nominated again and again destroys what it never uses. */
export const preemptionDoesNotLoop: Invariant<Map<string, number>> = {
  name: NAME,
  catalogue: ["46", "I38"],
  expectation: "always",
  calmOnly: true,
  statement: "No pod is nominated to a node more than ten times before it is bound.",
  source: "kubernetes/kubernetes#130429",
  resources: ["pods"],
  init: () => new Map(),
  onChange(nominations, { at, by, before, after }) {
    const pod = asPod(after);
    if (pod === undefined || nodeOf(pod) !== "") {
      nominations.delete((after ?? before)?.metadata.uid ?? "");
      return undefined;
    }
    const node = pod.status?.nominatedNodeName ?? "";
    if (!isScheduler(by) || node === "" || node === asPod(before)?.status?.nominatedNodeName) return undefined;
    const times = (nominations.get(pod.metadata.uid) ?? 0) + 1;
    nominations.set(pod.metadata.uid, times);
    return times > MOST ? about(NAME, at, pod, `It is nominated for the ${times}th time, to ${node}.`) : undefined;
  },
};
