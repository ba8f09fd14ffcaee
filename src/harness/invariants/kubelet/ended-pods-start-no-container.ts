import { asPod, isTerminal } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import { about, byKubelet } from "../violation.ts";

/** uids of pods whose terminal phase their kubelet wrote. */
type Memory = Set<string>;

const NAME = "ended-pods-start-no-container";

/** Work that is done is not done again, whatever the kubelet has forgotten by a restart. */
export const endedPodsStartNoContainer: Invariant<Memory> = {
  name: NAME,
  catalogue: ["88", "I28"],
  expectation: "always",
  statement: "Once its kubelet has reported a pod as Succeeded or Failed, none of its containers runs again.",
  source: "concepts/workloads/pods/pod-lifecycle: pod phase",
  resources: ["pods"],
  init: () => new Set(),
  onChange(memory, { at, by, before, after }) {
    const now = asPod(after);
    if (now === undefined) {
      if (before !== undefined) memory.delete(before.metadata.uid);
      return undefined;
    }
    const { uid } = now.metadata;
    if (!memory.has(uid)) {
      if (isTerminal(now) && byKubelet(by)) memory.add(uid);
      return undefined;
    }
    const old = asPod(before)?.status?.containerStatuses ?? [];
    for (const { name, containerID, state } of now.status?.containerStatuses ?? []) {
      const known = old.find((other) => other.name === name);
      if (known?.state?.terminated === undefined || known.containerID === containerID) continue;
      if (state?.running === undefined && state?.terminated?.containerID === undefined) continue;
      return about(NAME, at, now, `It has ended as ${now.status?.phase}, but its container ${name} was started again.`);
    }
    return undefined;
  },
};
