import { objectKey } from "../../../api/object.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import type { World } from "../../../cluster/world.ts";
import { asPod, isTerminal, isTerminating, nodeOf } from "../../survivability/pod.ts";
import type { Invariant, Violation } from "../invariant.ts";
import type { RunningScheduler } from "./schedulers.ts";
import { schedulersOf } from "./schedulers.ts";

const NAME = "waiting-pods-are-queued-once";

/** A pod that is nowhere is never tried again; one that is bound and queued is tried twice. */
export const waitingPodsAreQueuedOnce: Invariant<null> = {
  name: NAME,
  catalogue: ["42", "I4"],
  expectation: "eventually",
  statement:
    "Each pod that waits for a scheduler is in exactly one place of its queue, in flight or being bound; no other pod is queued.",
  source: "pkg/scheduler/backend/queue: PriorityQueue",
  resources: [],
  init: () => null,
  atEnd: (_memory, world) => schedulersOf(world).flatMap((scheduler) => problemsOf(scheduler, world)),
};

function problemsOf(scheduler: RunningScheduler, world: World): readonly Violation[] {
  const { name, state } = scheduler;
  const { queue } = state;
  const waiting = new Map<string, Pod>();
  for (const object of world.beliefs(name)?.of("pods").list() ?? []) {
    const pod = asPod(object);
    const ours = state.serves.includes(pod.spec.schedulerName ?? "default-scheduler");
    if (ours && nodeOf(pod) === "" && !isTerminal(pod) && !isTerminating(pod)) waiting.set(objectKey(pod), pod);
  }
  const found: Violation[] = [];
  const tell = (key: string, sentence: string): void =>
    void found.push({ invariant: NAME, at: world.now, object: `Pod ${key}`, sentence });
  const places = placesOf(scheduler);
  for (const [key, pod] of waiting) {
    const count = places.get(pod.metadata.uid) ?? 0;
    if (count !== 1) tell(key, `It waits, and ${name} has it in ${count} places.`);
  }
  for (const [key, info] of queue.queued) {
    if (waiting.get(key)?.metadata.uid !== info.pod.metadata.uid)
      tell(key, `${name} has it queued, though it is bound, gone or another's.`);
  }
  return found;
}

/** In how many places each pod is, by UID. */
function placesOf({ state }: RunningScheduler): ReadonlyMap<string, number> {
  const { queue, binding } = state;
  const places = new Map<string, number>();
  const count = (uid: string): void => void places.set(uid, (places.get(uid) ?? 0) + 1);
  for (const heap of [queue.active, queue.backoff, queue.errorBackoff])
    for (const { pod } of heap) count(pod.metadata.uid);
  for (const { pod } of queue.unschedulable.values()) count(pod.metadata.uid);
  for (const uid of queue.inFlight.keys()) count(uid);
  for (const uid of binding.keys()) if (!queue.inFlight.has(uid)) count(uid);
  return places;
}
