import { asPod, isReady, podCondition } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import { about, byKubelet } from "../violation.ts";

const NAME = "ready-means-containers-ready";

/** What a kubelet writes is consistent in itself. */
export const readyMeansContainersReady: Invariant<null> = {
  name: NAME,
  catalogue: ["90"],
  expectation: "always",
  statement:
    "A kubelet reports a pod as Ready only if it is Running, all its containers are ready and its readiness gates are True.",
  source: "concepts/workloads/pods/pod-lifecycle: pod conditions, pod readiness",
  resources: ["pods"],
  init: () => null,
  onChange(_memory, { at, by, before, after }) {
    if (after === undefined || !byKubelet(by)) return undefined;
    const pod = asPod(after);
    if (pod.status === asPod(before)?.status || !isReady(pod)) return undefined;
    if (pod.status?.phase !== "Running") return about(NAME, at, pod, `It is Ready in phase ${pod.status?.phase}.`);
    if (podCondition(pod, "ContainersReady")?.status !== "True")
      return about(NAME, at, pod, "It is Ready, but ContainersReady is not True.");
    const unready = pod.status.containerStatuses?.find((container) => !container.ready);
    if (unready !== undefined) return about(NAME, at, pod, `It is Ready, but its container ${unready.name} is not.`);
    const gate = pod.spec.readinessGates?.find(
      ({ conditionType }) => podCondition(pod, conditionType)?.status !== "True",
    );
    return gate === undefined
      ? undefined
      : about(NAME, at, pod, `It is Ready, but its readiness gate ${gate.conditionType} is not True.`);
  },
};
