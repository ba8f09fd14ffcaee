import { cast } from "../../../base/units.ts";
import type { Invariant } from "../invariant.ts";
import { about } from "../violation.ts";

const NAME = "observed-generation-is-not-ahead";

/** No controller reports what has not been asked for yet. */
export const observedGenerationIsNotAhead: Invariant<null> = {
  name: NAME,
  catalogue: ["17"],
  expectation: "always",
  statement: "status.observedGeneration is never greater than metadata.generation.",
  source: "api-conventions: observedGeneration",
  resources: [
    "deployments.apps",
    "replicasets.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "poddisruptionbudgets.policy",
    "pods",
  ],
  init: () => null,
  onChange(_memory, { at, after }) {
    if (after === undefined) return undefined;
    const observed = cast<{ status?: { observedGeneration?: number } }>(after).status?.observedGeneration;
    const generation = after.metadata.generation;
    if (observed === undefined || generation === undefined || observed <= generation) return undefined;
    return about(NAME, at, after, `status.observedGeneration is ${observed}, but generation is ${generation}.`);
  },
};
