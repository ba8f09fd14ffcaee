import { cast } from "../../../base/units.ts";
import { controllerOf } from "../../../api/object.ts";
import type { ReplicaSet } from "../../../api/types/apps-v1.ts";
import type { Change } from "../../../cluster/world.ts";
import { asPod, isActive } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import type { Past } from "../recent.ts";
import { leave, mostRecently } from "../recent.ts";
import { about, byControllerManager } from "../violation.ts";

interface Owned {
  now: ReplicaSet;
  readonly past: Past<ReplicaSet>;
  /** uids of active pods. */
  readonly active: Set<string>;
}

/** By uid of the ReplicaSet. */
type Memory = Map<string, Owned>;

const NAME = "replicaset-creates-no-surplus";

/** Expectations keep a controller that has not crashed from counting a pod as missing that it has just created. */
export const replicaSetCreatesNoSurplus: Invariant<Memory> = {
  name: NAME,
  catalogue: ["56", "I18"],
  expectation: "always",
  calmOnly: true,
  statement: "The ReplicaSet controller creates no pod when spec.replicas pods are active already.",
  source: "concepts/workloads/controllers/replicaset; pkg/controller: UIDTrackingControllerExpectations",
  resources: ["replicasets.apps", "pods"],
  init: () => new Map(),
  onChange(memory, change) {
    if (change.resource === "replicasets.apps") {
      followReplicaSet(memory, change);
      return undefined;
    }
    const { at, by, before, after } = change;
    const old = before === undefined ? undefined : memory.get(controllerOf(before)?.uid ?? "");
    if (before !== undefined) old?.active.delete(before.metadata.uid);
    const owner = after === undefined ? undefined : memory.get(controllerOf(after)?.uid ?? "");
    if (after === undefined || owner === undefined || !isActive(asPod(after))) return undefined;
    owner.active.add(after.metadata.uid);
    if (before !== undefined || !byControllerManager(by)) return undefined;
    const limit = mostRecently(owner.past, owner.now, at, (state) => state.spec.replicas ?? 1);
    if (owner.active.size <= limit) return undefined;
    return about(
      NAME,
      at,
      owner.now,
      `Pod ${after.metadata.name} was created as its active pod ${owner.active.size}; spec.replicas is ${limit}.`,
    );
  },
};

function followReplicaSet(memory: Memory, { at, before, after }: Change): void {
  const now = cast<ReplicaSet | undefined>(after);
  if (now === undefined) {
    if (before !== undefined) memory.delete(before.metadata.uid);
    return;
  }
  const known = memory.get(now.metadata.uid);
  if (known === undefined) {
    memory.set(now.metadata.uid, { now, past: [], active: new Set() });
    return;
  }
  if (known.now.spec !== now.spec) leave(known.past, known.now, at);
  known.now = now;
}
