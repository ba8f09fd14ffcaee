import type { Millis } from "../../../base/units.ts";
import type { Node, Pod } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import type { Change, World } from "../../../cluster/world.ts";
import { asPod, isTerminating, nodeOf } from "../../survivability/pod.ts";
import { add, allocatable, firstShortage, podRequests } from "../../survivability/requests.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { about } from "../violation.ts";
import type { NodeLoad } from "./node-load.ts";
import { emptyLoad, followPod, knownNeighbours } from "./node-load.ts";
import { boundByScheduler } from "./node-states.ts";

interface Memory {
  readonly load: NodeLoad;
  /** Waiting pods by the node that status.nominatedNodeName names, and since when. */
  readonly nominated: Map<string, Map<string, { readonly pod: Pod; readonly since: Millis; readonly by: string }>>;
}

const NAME = "nominated-room-is-kept";
/** A binding that was decided before a nomination was, is committed by then. */
const DECIDED_MS: Millis = 1000;

/** A pod that has preempted others gets their room, or the room goes to pods that are as important. */
export const nominatedRoomIsKept: Invariant<Memory> = {
  name: NAME,
  catalogue: ["41", "I5"],
  expectation: "always",
  calmOnly: true,
  statement:
    "The scheduler binds a pod to a node only if the pods of at least its priority that are nominated to the node still fit beside it.",
  source: "concepts/scheduling-eviction/pod-priority-preemption; RunFilterPluginsWithNominatedPods",
  resources: ["pods"],
  init: () => ({ load: emptyLoad(), nominated: new Map() }),
  onChange(memory, change, world) {
    const name = boundByScheduler(change);
    const found = name === undefined ? undefined : judge(memory, change, name, world);
    followPod(memory.load, change);
    followNomination(memory, change);
    return found;
  },
};

function judge({ load, nominated }: Memory, change: Change, name: string, world: World): Violation | undefined {
  const node = cast<Node | undefined>(world.objects("nodes").get(name));
  const pod = asPod(change.after);
  const promised = nominated.get(name);
  if (node === undefined || pod === undefined || promised === undefined) return undefined;
  const used: { [resource: string]: number } = {};
  for (const other of knownNeighbours(load, name, pod, change)) add(used, podRequests(other));
  const before = { ...used };
  let first: Pod | undefined;
  for (const { pod: other, since, by } of promised.values()) {
    const important = (other.spec.priority ?? 0) >= (pod.spec.priority ?? 0);
    if (!important || other.metadata.uid === pod.metadata.uid || by !== change.by) continue;
    if (since + DECIDED_MS > change.at) continue;
    first ??= other;
    add(used, podRequests(other));
  }
  const offered = allocatable(node);
  if (first === undefined || firstShortage({}, before, offered) !== undefined) return undefined;
  const short = firstShortage(podRequests(pod), used, offered);
  if (short === undefined) return undefined;
  return about(
    NAME,
    change.at,
    pod,
    `${change.by} bound it to ${name}, where too little ${short} is left for ${first.metadata.name}, which is nominated to it.`,
  );
}

function followNomination({ nominated }: Memory, { at, by, before, after }: Change): void {
  const pod = asPod(after);
  const was = asPod(before)?.status?.nominatedNodeName ?? "";
  const waits = pod !== undefined && nodeOf(pod) === "" && !isTerminating(pod);
  const is = waits ? (pod.status?.nominatedNodeName ?? "") : "";
  const uid = (after ?? before)?.metadata.uid ?? "";
  const since = nominated.get(was)?.get(uid);
  if (was !== "" && was !== is) {
    nominated.get(was)?.delete(uid);
    if (nominated.get(was)?.size === 0) nominated.delete(was);
  }
  if (is === "" || pod === undefined) return;
  const pods = nominated.get(is) ?? new Map();
  pods.set(uid, was === is && since !== undefined ? { ...since, pod } : { pod, since: at, by });
  nominated.set(is, pods);
}
