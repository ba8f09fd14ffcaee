import { cast } from "../../../base/units.ts";
import type { Invariant } from "../invariant.ts";
import { same } from "../same.ts";
import { about } from "../violation.ts";

const NAME = "status-and-spec-are-written-apart";

interface Sections {
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** /status writes keep the spec; all others keep the status. */
export const statusAndSpecAreWrittenApart: Invariant<null> = {
  name: NAME,
  catalogue: ["17"],
  expectation: "always",
  statement: "No single write changes both the spec and the status of an object that has a status subresource.",
  source: "api-conventions: spec and status; PrepareForUpdate of the strategies",
  resources: [
    "deployments.apps",
    "replicasets.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "jobs.batch",
    "poddisruptionbudgets.policy",
  ],
  init: () => null,
  onChange(_memory, { at, before, after }) {
    if (before === undefined || after === undefined) return undefined;
    const old = cast<Sections>(before);
    const now = cast<Sections>(after);
    if (same(old.status ?? {}, now.status ?? {}) || same(old.spec, now.spec)) return undefined;
    return about(NAME, at, after, "One write changed its spec and its status.");
  },
};
