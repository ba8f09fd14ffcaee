import type { Invariant } from "../invariant.ts";
import { about } from "../violation.ts";

/** Every uid ever given out, and the object that had it. */
type Memory = Map<string, string>;

const NAME = "uid-is-unique-and-final";

/** One uid, one object, for ever: a name that is used again gets a new uid. */
export const uidIsUniqueAndFinal: Invariant<Memory> = {
  name: NAME,
  catalogue: ["16"],
  expectation: "always",
  statement:
    "An object keeps its uid for life, and no other object, not even a later one of the same name, ever has it.",
  source: "concepts/overview/working-with-objects/names: UIDs",
  resources: ["*"],
  init: () => new Map(),
  onChange(memory, { at, resource, key, before, after }) {
    if (after === undefined) return undefined;
    const uid = after.metadata.uid;
    if (before !== undefined) {
      if (before.metadata.uid === uid) return undefined;
      return about(NAME, at, after, `Its uid changed from ${before.metadata.uid} to ${uid} in an update.`);
    }
    const id = `${resource} ${key}`;
    const owner = memory.get(uid);
    memory.set(uid, id);
    if (owner === undefined) return undefined;
    return about(NAME, at, after, `It was created with uid ${uid}, which ${owner} already had.`);
  },
};
