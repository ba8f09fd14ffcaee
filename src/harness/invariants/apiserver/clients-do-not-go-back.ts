import type { Resource } from "../../../api/object.ts";
import type { Invariant } from "../invariant.ts";

/** process → its life, and the newest revision up to which it has watched each resource. */
type Memory = Map<string, { readonly epoch: number; readonly seen: Map<Resource, number> }>;

const NAME = "clients-do-not-go-back";

/** A list anew is not older than what came before it. Upstream promises it within one life of a client (ResourceVersionMatch). */
export const clientsDoNotGoBack: Invariant<Memory> = {
  name: NAME,
  catalogue: ["I9"],
  expectation: "always",
  statement:
    "Until it restarts, a client that has watched up to a revision is not shown an older state of that resource.",
  source: "client-go: reflector, relistResourceVersion; api-concepts: resourceVersionMatch NotOlderThan",
  resources: [],
  init: () => new Map(),
  onDelivery(memory, { at, process, epoch, resource, kind, revision }) {
    let known = memory.get(process);
    if (known?.epoch !== epoch) memory.set(process, (known = { epoch, seen: new Map() }));
    const before = known.seen.get(resource) ?? 0;
    // Whether a list arrives shows in the watch that follows it; an answer that got lost has told nothing.
    if (kind === "watch") known.seen.set(resource, Math.max(before, revision));
    if (revision >= before) return undefined;
    const object = `${process} ${resource}`;
    const sentence = `A ${kind} of ${resource} showed ${process} revision ${revision} after revision ${before}.`;
    return { invariant: NAME, at, object, sentence };
  },
};
