import type { Invariant } from "../invariant.ts";

const NAME = "refused-requests-change-nothing";

/** A Status of failure means that the store is as before; only a quota may have been charged. */
export const refusedRequestsChangeNothing: Invariant<null> = {
  name: NAME,
  catalogue: ["24"],
  expectation: "always",
  statement:
    "A request that is refused changes nothing but what a quota has reserved, and a read or dry run changes nothing at all.",
  source: "registry/generic/registry/store.go; admission: resourcequota",
  resources: [],
  init: () => null,
  onAnswer(_memory, { at, by, request, response, changes }) {
    const { verb } = request;
    const reads = verb === "get" || verb === "list" || request.options?.dryRun !== undefined;
    if (changes.length === 0 || (response.ok && !reads)) return undefined;
    const change = changes.find(({ resource }) => reads || resource !== "resourcequotas");
    if (change === undefined) return undefined;
    const outcome = response.ok ? "only looks" : `was refused (${response.status.reason ?? response.status.code})`;
    return {
      invariant: NAME,
      at,
      object: `${change.resource} ${change.key}`,
      sentence: `A ${verb} of ${request.resource} by ${by} ${outcome}, and yet ${change.resource} ${change.key} changed.`,
    };
  },
};
