import { asPod, nodeOf } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import { schedulersOf } from "./schedulers.ts";

const NAME = "nominations-are-of-waiting-pods";

/** Room that is kept for a pod which does not exist is never used. */
export const nominationsAreOfWaitingPods: Invariant<null> = {
  name: NAME,
  catalogue: ["41", "45", "I4"],
  expectation: "eventually",
  statement: "The scheduler keeps room on nominated nodes only for pods that exist and are not bound.",
  source: "pkg/scheduler/backend/queue: nominator",
  resources: [],
  init: () => null,
  atEnd(_memory, world) {
    const waiting = new Set<string>();
    for (const object of world.objects("pods").values())
      if (nodeOf(asPod(object)) === "") waiting.add(object.metadata.uid);
    return schedulersOf(world).flatMap(({ name, state }) =>
      [...state.nominator.nodeOf]
        .filter(([uid]) => !waiting.has(uid))
        .map(([uid, node]) => ({
          invariant: NAME,
          at: world.now,
          object: `Node ${node}`,
          sentence: `${name} keeps room on it for the pod with uid ${uid}, which is bound or gone.`,
        })),
    );
  },
};
