import { controllerOf } from "../../../api/object.ts";
import { asPod, isTerminating, nodeOf } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";

interface Memory {
  seen: boolean;
  /** Controllers whose pods were deleted on nodes without power. */
  readonly bereft: Set<string>;
}

const NAME = "some-pod-was-replaced-after-node-loss";

/** The whole way from a dead node over eviction to a new pod elsewhere. */
export const somePodWasReplacedAfterNodeLoss: Invariant<Memory> = {
  name: NAME,
  catalogue: ["116"],
  expectation: "sometimes",
  statement: "A pod was bound to a living node after one of its siblings was evicted from a dead one.",
  source: "tasks/administer-cluster: taint based evictions",
  resources: ["pods"],
  init: () => ({ seen: false, bereft: new Set() }),
  onChange(memory, { before, after }, world) {
    if (memory.seen || before === undefined) return undefined;
    const pod = asPod(before);
    const owner = controllerOf(before)?.uid;
    if (owner === undefined) return undefined;
    const going = after === undefined || isTerminating(after);
    if (going && nodeOf(pod) !== "" && !world.powered(nodeOf(pod))) memory.bereft.add(owner);
    const bound = nodeOf(pod) === "" && nodeOf(asPod(after)) !== "";
    if (bound && memory.bereft.has(owner) && world.powered(nodeOf(asPod(after)))) memory.seen = true;
    return undefined;
  },
  atEnd(memory, world) {
    return memory.seen ? undefined : { invariant: NAME, at: world.now, sentence: "It was never seen." };
  },
};
