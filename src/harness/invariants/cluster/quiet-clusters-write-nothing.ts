import { cast } from "../../../base/units.ts";
import { nameOf } from "../resources.ts";
import type { Change, World } from "../../../cluster/world.ts";
import { asPod, isRestart } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";

const NAME = "quiet-clusters-write-nothing";

/** A timer that fires late (a back-off, the flush of unschedulable pods) writes an object a few times; a hot loop more often. */
const HOT = 8;

/**
 * Level-driven controllers rest when desired and actual state agree. Pods that keep crashing never let them rest, nor do
 * containers that start again after a long back-off.
 */
export const quietClustersWriteNothing: Invariant<null> = {
  name: NAME,
  catalogue: ["112", "I38"],
  expectation: "eventually",
  statement:
    "A cluster in which all is as desired writes nothing but heartbeats and Events, save when a late timer fires.",
  source: "concepts/architecture/controller: desired versus current state",
  resources: [],
  init: () => null,
  atEnd(_memory, world, { lateWrites }) {
    if (lateWrites === undefined || neverRests(world) || lateWrites.some(isRestart)) return undefined;
    const counts = new Map<string, number>();
    for (const write of lateWrites) {
      const object = write.after ?? write.before;
      if (object === undefined || isHeartbeat(write)) continue;
      const what = `${write.by} ${write.resource} ${write.key}`;
      const count = (counts.get(what) ?? 0) + 1;
      counts.set(what, count);
      if (count < HOT) continue;
      return {
        invariant: NAME,
        at: write.at,
        object: nameOf(object),
        sentence: `${write.by} wrote it ${HOT} times in the last minute although nothing is left to do.`,
      };
    }
    return undefined;
  },
};

function isHeartbeat({ resource, by }: Change): boolean {
  return (
    resource === "leases.coordination.k8s.io" ||
    resource.startsWith("events") ||
    (resource === "nodes" && by.startsWith("kubelet"))
  );
}

function neverRests(world: World): boolean {
  for (const object of world.objects("cronjobs.batch").values())
    if (cast<{ spec?: { suspend?: boolean } }>(object).spec?.suspend !== true) return true;
  for (const object of world.objects("pods").values())
    for (const status of [
      ...(asPod(object).status?.containerStatuses ?? []),
      ...(asPod(object).status?.initContainerStatuses ?? []),
    ])
      if (status.state?.waiting !== undefined || (status.restartCount > 0 && !status.ready)) return true;
  return false;
}
