import { objectKey } from "../../../api/object.ts";
import type { World } from "../../../cluster/world.ts";
import type { SchedulerState } from "../../../scheduler/loop/state.ts";
import { asPod, isTerminal, nodeOf } from "../../survivability/pod.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { schedulersOf } from "./schedulers.ts";

const NAME = "cache-counts-each-pod-once";

/** A pod that counts twice makes a node look full; one that is not counted overcommits it. */
export const cacheCountsEachPodOnce: Invariant<null> = {
  name: NAME,
  catalogue: ["45", "I4"],
  expectation: "eventually",
  statement:
    "The scheduler's cache counts each pod that its informer shows bound exactly once, on its node, and else only what is being bound.",
  source: "pkg/scheduler/backend/cache: assumed pods are confirmed or forgotten",
  resources: [],
  init: () => null,
  atEnd: (_memory, world) => schedulersOf(world).flatMap(({ name, state }) => firstMiscount(name, state, world) ?? []),
};

function firstMiscount(scheduler: string, { cache, binding }: SchedulerState, world: World): Violation | undefined {
  const bound = boundPods(scheduler, world);
  const told = (object: string, sentence: string): Violation => ({ invariant: NAME, at: world.now, object, sentence });
  const counted = new Set<string>();
  for (const { name, pods } of cache.nodes.values())
    for (const pod of pods) {
      const { uid } = pod.metadata;
      const label = `Pod ${objectKey(pod)}`;
      if (counted.has(uid)) return told(label, `The scheduler's cache counts it twice, on ${name} the second time.`);
      counted.add(uid);
      if (binding.has(uid)) continue;
      const node = bound.get(uid);
      if (node === undefined)
        return told(label, `The scheduler's cache counts it on ${name}, but it is not bound or gone.`);
      if (node !== name) return told(label, `The scheduler's cache counts it on ${name}, but it is bound to ${node}.`);
    }
  for (const [uid, node] of bound)
    if (!counted.has(uid))
      return told(`Node ${node}`, `The scheduler's cache does not count the pod with uid ${uid} on it.`);
  return undefined;
}

/** uid → node, as the scheduler's own informer has it. */
function boundPods(scheduler: string, world: World): Map<string, string> {
  const bound = new Map<string, string>();
  for (const object of world.beliefs(scheduler)?.of("pods").list() ?? []) {
    const pod = asPod(object);
    if (nodeOf(pod) !== "" && !isTerminal(pod)) bound.set(pod.metadata.uid, nodeOf(pod));
  }
  return bound;
}
