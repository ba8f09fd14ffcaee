import type { Invariant } from "../invariant.ts";

interface Memory {
  last: number | undefined;
}

/** Every write transaction takes the next revision, across restarts too. */
export const revisionIncreasesByOne: Invariant<Memory> = {
  name: "revision-increases-by-one",
  catalogue: ["1"],
  expectation: "always",
  statement: "The revision of the store grows by exactly one with each write transaction.",
  source: "etcd API guarantees: KV, and tests/robustness/validate",
  resources: ["*"],
  init: () => ({ last: undefined }),
  onChange(memory, change) {
    const last = memory.last;
    memory.last = change.revision;
    if (last === undefined || change.revision === last + 1) return undefined;
    return {
      invariant: "revision-increases-by-one",
      at: change.at,
      sentence: `The write of ${change.resource} ${change.key} has revision ${change.revision} after revision ${last}.`,
    };
  },
};
