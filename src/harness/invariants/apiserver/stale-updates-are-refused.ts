import { cast } from "../../../base/units.ts";
import type { Invariant } from "../invariant.ts";

const NAME = "stale-updates-are-refused";

/** Optimistic concurrency: of two writers that have read the same version, one gets a conflict. */
export const staleUpdatesAreRefused: Invariant<null> = {
  name: NAME,
  catalogue: ["15"],
  expectation: "always",
  statement: "A write that names a resourceVersion changes an object only at that version.",
  source: "api-concepts: resource versions; registry/generic/registry/store.go",
  resources: [],
  init: () => null,
  onAnswer(_memory, { at, by, request, changes }) {
    if (changes.length === 0) return undefined;
    if (request.verb !== "update" && request.verb !== "patch") return undefined;
    const read = cast<{ readonly metadata?: { readonly resourceVersion?: string } } | undefined>(request.body)?.metadata
      ?.resourceVersion;
    if (read === undefined || read === "") return undefined;
    for (const { resource, key, before } of changes) {
      if (before === undefined || resource !== request.resource || before.metadata.name !== request.name) continue;
      const { resourceVersion } = before.metadata;
      if (resourceVersion !== read)
        return {
          invariant: NAME,
          at,
          object: `${resource} ${key}`,
          sentence: `${by} changed ${resource} ${key} from what it read at ${read}, though ${resourceVersion} was stored.`,
        };
    }
    return undefined;
  },
};
