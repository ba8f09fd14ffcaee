import { cast } from "../../../base/units.ts";
import { controllerOf } from "../../../api/object.ts";
import type { ReplicaSet } from "../../../api/types/apps-v1.ts";
import { asPod, changedLately, isActive, isReady } from "../../survivability/pod.ts";
import { excuseOfWorkload } from "../../survivability.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { blindOwners, followsUnseenPods } from "../unseen-pods.ts";
import type { UnseenPods } from "../unseen-pods.ts";
import { about } from "../violation.ts";

const NAME = "replicasets-converge";

/** The number of pods is right, and so is what the status says of them. */
export const replicaSetsConverge: Invariant<UnseenPods> = {
  name: NAME,
  catalogue: ["56", "109", "I18"],
  expectation: "eventually",
  statement: "Every ReplicaSet has spec.replicas active pods, and its status counts them and the ready ones truly.",
  source: "concepts/workloads/controllers/replicaset",
  ...followsUnseenPods,
  atEnd(pods, world, { trouble }) {
    const counts = new Map<string, { active: number; ready: number }>();
    const unsettled = new Set(blindOwners(pods, world));
    for (const object of world.objects("pods").values()) {
      const owner = controllerOf(object)?.uid;
      if (owner === undefined) continue;
      if (changedLately(asPod(object), world.now)) unsettled.add(owner);
      if (!isActive(asPod(object))) continue;
      const count = counts.get(owner) ?? { active: 0, ready: 0 };
      count.active += 1;
      if (isReady(asPod(object))) count.ready += 1;
      counts.set(owner, count);
    }
    const found: Violation[] = [];
    for (const object of world.objects("replicasets.apps").values()) {
      const set = cast<ReplicaSet>(object);
      if (set.metadata.deletionTimestamp !== undefined || unsettled.has(set.metadata.uid)) continue;
      const { active, ready } = counts.get(set.metadata.uid) ?? { active: 0, ready: 0 };
      const replicas = set.spec.replicas ?? 1;
      if (active > replicas || (active < replicas && excuseOfWorkload(set, world, trouble) === undefined))
        found.push(about(NAME, world.now, set, `It has ${active} active pods instead of ${replicas}.`));
      else if ((set.status?.replicas ?? 0) !== active || (set.status?.readyReplicas ?? 0) !== ready)
        found.push(
          about(
            NAME,
            world.now,
            set,
            `Its status counts ${set.status?.replicas ?? 0} pods and ${set.status?.readyReplicas ?? 0} ready ones; there are ${active} and ${ready}.`,
          ),
        );
    }
    return found;
  },
};
