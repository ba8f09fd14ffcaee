import type { ApiObject } from "../../../api/object.ts";
import { cast } from "../../../base/units.ts";
import type { Invariant } from "../invariant.ts";
import { same, sameBut } from "../same.ts";
import { about } from "../violation.ts";

const NAME = "generation-follows-spec";

/** metadata.generation counts what the user asked for, nothing else. */
export const generationFollowsSpec: Invariant<null> = {
  name: NAME,
  catalogue: ["17"],
  expectation: "always",
  statement: "metadata.generation grows by one exactly when the spec changes or deletion begins.",
  source: "api-conventions: metadata.generation; the kinds' strategies in pkg/registry",
  resources: [
    "pods",
    "deployments.apps",
    "replicasets.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "jobs.batch",
    "cronjobs.batch",
    "replicationcontrollers",
    "poddisruptionbudgets.policy",
    "networkpolicies.networking.k8s.io",
  ],
  init: () => null,
  onChange(_memory, { at, before, after }) {
    if (before === undefined || after === undefined) return undefined;
    const from = before.metadata.generation;
    const to = after.metadata.generation;
    if (from === undefined || to === undefined || before.metadata.uid !== after.metadata.uid) return undefined;
    const begins = before.metadata.deletionTimestamp === undefined && after.metadata.deletionTimestamp !== undefined;
    if (from === to) {
      if (begins && to > 0) return about(NAME, at, after, `Deletion began, but generation is still ${to}.`);
      if (!asksForMore(before, after)) return undefined;
      return about(NAME, at, after, `Its spec changed, but generation is still ${to}.`);
    }
    const grown = asksForMore(before, after);
    if (to === from + 1 && (grown || begins)) return undefined;
    if (to === from + 2 && grown && begins) return undefined;
    return about(
      NAME,
      at,
      after,
      `generation went from ${from} to ${to}, but ${grown ? "the spec changed once" : "the spec is the same"}.`,
    );
  },
};

function asksForMore(before: ApiObject, after: ApiObject): boolean {
  const a = cast<{ spec?: unknown }>(before).spec;
  const b = cast<{ spec?: unknown }>(after).spec;
  if (after.kind === "Pod") return !sameBut("nodeName", a, b);
  if (!same(a, b)) return true;
  return after.kind === "Deployment" && !same(before.metadata.annotations ?? {}, after.metadata.annotations ?? {});
}
