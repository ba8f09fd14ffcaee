import { asPod, isTerminating, podCondition } from "../../survivability/pod.ts";
import { sometimes } from "../sometimes.ts";
import type { Seen } from "../sometimes.ts";
import type { Invariant } from "../invariant.ts";

/** By the eviction API, by taints, by preemption or by a kubelet. */
export const somePodWasEvicted: Invariant<Seen> = sometimes(
  "some-pod-was-evicted",
  "A pod was evicted.",
  ["pods"],
  ({ before, after }) => {
    const pod = asPod(after ?? before);
    if (pod === undefined || podCondition(pod, "DisruptionTarget")?.status !== "True") return false;
    return after === undefined || isTerminating(pod) || pod.status?.phase === "Failed";
  },
);
