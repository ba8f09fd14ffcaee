import { cast } from "../../../base/units.ts";
import type { Event } from "../../../api/types/core-v1.ts";
import { asPod, nodeOf } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import { byKubelet } from "../violation.ts";

/** uid → node of the pods that their own kubelet has removed. */
type Memory = Map<string, string>;

const NAME = "removed-pods-do-not-come-back";

/** A kubelet that has stopped a pod and removed it does not run it again, whatever an old cache tells it later. */
export const removedPodsDoNotComeBack: Invariant<Memory> = {
  name: NAME,
  catalogue: ["58", "92", "I6", "I9"],
  expectation: "always",
  statement:
    "Once its kubelet has stopped a pod and removed it from the API, no container of that pod is started again.",
  source: "concepts/workloads/pods/pod-lifecycle: pod lifetime; kubernetes/kubernetes#59848",
  resources: ["pods", "events"],
  init: () => new Map(),
  onChange(removed, { at, by, resource, before, after }, world) {
    if (!byKubelet(by)) return undefined;
    if (resource === "pods") {
      if (after === undefined && before !== undefined) removed.set(before.metadata.uid, nodeOf(asPod(before)));
      return undefined;
    }
    const { reason, involvedObject } = cast<Partial<Event>>(after ?? {});
    const { uid = "", namespace = "", name = "" } = involvedObject ?? {};
    const node = reason === "Started" ? removed.get(uid) : undefined;
    if (node === undefined) return undefined;
    const running = world.containers(node).find((one) => one.running && one.podUid === uid);
    if (running === undefined) return undefined;
    return {
      invariant: NAME,
      at,
      object: `Pod ${namespace}/${name}`,
      sentence: `${by} runs its container ${running.container} again, though it has removed that pod.`,
    };
  },
};
