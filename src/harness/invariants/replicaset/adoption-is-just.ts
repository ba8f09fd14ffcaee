import { cast } from "../../../base/units.ts";
import { controllerOf } from "../../../api/object.ts";
import { selectorMatches } from "../../../api/label-selector.ts";
import type { ReplicaSet } from "../../../api/types/apps-v1.ts";
import type { Invariant } from "../invariant.ts";
import { about, byControllerManager } from "../violation.ts";

const NAME = "adoption-is-just";

/** A controller takes only free pods that its selector means, and asks the API server first whether it still lives. */
export const adoptionIsJust: Invariant<null> = {
  name: NAME,
  catalogue: ["55"],
  expectation: "always",
  calmOnly: true,
  statement: "A ReplicaSet adopts only pods that match its selector and have no controller, and only while it exists.",
  source: "concepts/workloads/controllers/replicaset: non-template pod acquisitions",
  resources: ["pods"],
  init: () => null,
  onChange(_memory, { at, by, before, after }, world) {
    if (
      before === undefined ||
      after === undefined ||
      before.metadata.ownerReferences === after.metadata.ownerReferences
    )
      return undefined;
    const owner = controllerOf(after);
    const old = controllerOf(before);
    if (owner?.kind !== "ReplicaSet" || owner.uid === old?.uid || !byControllerManager(by)) return undefined;
    if (old !== undefined)
      return about(NAME, at, after, `ReplicaSet ${owner.name} adopted it from ${old.kind} ${old.name}.`);
    const set = cast<ReplicaSet | undefined>(
      world.objects("replicasets.apps").get(`${after.metadata.namespace}/${owner.name}`),
    );
    // The ReplicaSet, or the labels, may have gone between its live look and its write.
    if (set === undefined || set.metadata.uid !== owner.uid) return undefined;
    if (selectorMatches(set.spec.selector, after.metadata.labels)) return undefined;
    return about(NAME, at, after, `ReplicaSet ${owner.name} adopted it, but its selector does not match it.`);
  },
};
