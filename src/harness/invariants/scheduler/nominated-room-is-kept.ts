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
import { schedulerNamed } from "./schedulers.ts";

interface Memory {
  readonly load: NodeLoad;
  /** Waiting pods by the node that status.nominatedNodeName names, and since when. */
  readonly nominated: Map<string, Map<string, Nomination>>;
  /** Bindings that took room which the scheduler itself no longer held, until the API shows that it had let go of it. */
  suspects: readonly Suspect[];
}

interface Nomination {
  readonly pod: Pod;
  readonly since: Millis;
  readonly by: string;
}

interface Suspect {
  readonly violation: Violation;
  readonly node: string;
  /** uids of the pods whose room was taken. */
  readonly promised: readonly string[];
  /** The scheduler still held the room for one of them when the binding was committed. */
  readonly held: boolean;
}

const NAME = "nominated-room-is-kept";
/** A binding that was decided before a nomination was, is committed by then. */
const DECIDED_MS: Millis = 1000;
/** A nomination that was withdrawn in the scheduler's memory before a decision, is withdrawn in the API by then. */
const WITHDRAWN_MS: Millis = 100;

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
  init: () => ({ load: emptyLoad(), nominated: new Map(), suspects: [] }),
  onChange(memory, change, world) {
    const ripe = convicted(memory, change.at - WITHDRAWN_MS)?.violation;
    const name = boundByScheduler(change);
    const suspect = name === undefined ? undefined : suspicion(memory, change, name, world);
    followPod(memory.load, change);
    followNomination(memory, change);
    const told = suspect?.held === true ? suspect.violation : ripe;
    const open = memory.suspects.filter((other) => other.violation !== told && stands(memory, other));
    memory.suspects = suspect === undefined || suspect.held ? open : [...open, suspect];
    return told;
  },
  atEnd: ({ suspects }) => suspects.map(({ violation }) => violation),
};

/** A suspect whose time for an excuse has passed. */
function convicted({ suspects }: Memory, before: Millis): Suspect | undefined {
  return suspects.find(({ violation }) => violation.at < before);
}

/** Whether each of the pods still waits with its nomination. */
function stands({ nominated }: Memory, { node, promised }: Suspect): boolean {
  return promised.every((uid) => nominated.get(node)?.has(uid) === true);
}

function suspicion({ load, nominated }: Memory, change: Change, name: string, world: World): Suspect | undefined {
  const node = cast<Node | undefined>(world.objects("nodes").get(name));
  const pod = asPod(change.after);
  const promised = nominated.get(name);
  if (node === undefined || pod === undefined || promised === undefined) return undefined;
  const used: { [resource: string]: number } = {};
  for (const other of knownNeighbours(load, name, pod, change)) add(used, podRequests(other));
  const before = { ...used };
  const counted: Pod[] = [];
  for (const { pod: other, since, by } of promised.values()) {
    const important = (other.spec.priority ?? 0) >= (pod.spec.priority ?? 0);
    if (!important || other.metadata.uid === pod.metadata.uid || by !== change.by) continue;
    if (since + DECIDED_MS > change.at) continue;
    counted.push(other);
    add(used, podRequests(other));
  }
  const offered = allocatable(node);
  const [first] = counted;
  if (first === undefined || firstShortage({}, before, offered) !== undefined) return undefined;
  const short = firstShortage(podRequests(pod), used, offered);
  if (short === undefined) return undefined;
  const sentence = `${change.by} bound it to ${name}, where too little ${short} is left for ${first.metadata.name}, which is nominated to it.`;
  const uids = counted.map(({ metadata }) => metadata.uid ?? "");
  const nominator = schedulerNamed(world, change.by)?.nominator;
  const held = uids.some((uid) => nominator?.nodeOf.get(uid) === name);
  return { violation: about(NAME, change.at, pod, sentence), node: name, promised: uids, held };
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
