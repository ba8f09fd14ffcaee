import type { Resource } from "../../api/object.ts";
import type { Change } from "../../cluster/world.ts";
import type { Invariant } from "./invariant.ts";

export interface Seen {
  seen: boolean;
}

/** An invariant of the form "some history shows this state": told by one change alone. */
export function sometimes(
  name: string,
  statement: string,
  resources: readonly Resource[],
  test: (change: Change) => boolean,
): Invariant<Seen> {
  return {
    name,
    catalogue: ["116"],
    expectation: "sometimes",
    statement,
    source: "a campaign that never reaches the state proves nothing about it",
    resources,
    init: () => ({ seen: false }),
    onChange(memory, change) {
      if (!memory.seen && test(change)) memory.seen = true;
      return undefined;
    },
    atEnd: (memory, world) =>
      memory.seen ? undefined : { invariant: name, at: world.now, sentence: "It was never seen." },
  };
}
