import { cast } from "../../../base/units.ts";
import { nameOf } from "../resources.ts";
import type { Change, World } from "../../../cluster/world.ts";
import { asPod } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";

const NAME = "quiet-clusters-write-nothing";

/** Level-driven controllers rest when desired and actual state agree. Pods that keep crashing never let them rest. */
export const quietClustersWriteNothing: Invariant<null> = {
  name: NAME,
  catalogue: ["112", "I38"],
  expectation: "eventually",
  statement: "A cluster in which all is as desired writes nothing but heartbeats and Events.",
  source: "concepts/architecture/controller: desired versus current state",
  resources: [],
  init: () => null,
  atEnd(_memory, world, { lateWrites }) {
    if (lateWrites === undefined || neverRests(world)) return undefined;
    const write = lateWrites.find((change) => !isHeartbeat(change));
    const object = write?.after ?? write?.before;
    if (write === undefined || object === undefined) return undefined;
    return { invariant: NAME, at: write.at, object: nameOf(object), sentence: `${write.by} wrote it although the cluster was quiet.` };
  },
};

function isHeartbeat({ resource, by }: Change): boolean {
  return resource === "leases.coordination.k8s.io" || resource.startsWith("events") || (resource === "nodes" && by.startsWith("kubelet"));
}

function neverRests(world: World): boolean {
  for (const object of world.objects("cronjobs.batch").values())
    if (cast<{ spec?: { suspend?: boolean } }>(object).spec?.suspend !== true) return true;
  for (const object of world.objects("pods").values())
    for (const status of [...(asPod(object).status?.containerStatuses ?? []), ...(asPod(object).status?.initContainerStatuses ?? [])])
      if (status.state?.waiting !== undefined || (status.restartCount > 0 && !status.ready)) return true;
  return false;
}
