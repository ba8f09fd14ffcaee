import { asPod, isTerminating, nodeOf } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import { about } from "../violation.ts";

const NAME = "only-schedulable-pods-are-bound";

/** Gates and deletion both forbid binding; the API server refuses it whatever the scheduler believes. */
export const onlySchedulablePodsAreBound: Invariant<null> = {
  name: NAME,
  catalogue: ["27", "44"],
  expectation: "always",
  statement: "A pod with scheduling gates, or one that is being deleted, is never bound.",
  source: "registry/core/pod/storage: setPodNodeAndMetadata; KEP-3521",
  resources: ["pods"],
  init: () => null,
  onChange(_memory, { at, before, after }) {
    const pod = asPod(before);
    if (pod === undefined || after === undefined || nodeOf(pod) !== "") return undefined;
    const node = nodeOf(asPod(after));
    if (node === "") return undefined;
    const gates = pod.spec.schedulingGates ?? [];
    if (gates.length > 0)
      return about(NAME, at, after, `It was bound to ${node} with the scheduling gate ${gates[0]?.name}.`);
    return isTerminating(pod)
      ? about(NAME, at, after, `It was bound to ${node} while it was being deleted.`)
      : undefined;
  },
};
