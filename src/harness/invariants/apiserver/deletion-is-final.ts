import type { ApiObject } from "../../../api/object.ts";
import type { Invariant } from "../invariant.ts";
import { about } from "../violation.ts";

const NAME = "deletion-is-final";
/** A DELETE with a propagation policy may put these on an object that is already going. */
const POLICY_FINALIZERS: readonly string[] = ["foregroundDeletion", "orphan"];

/** A shorter grace period that is already over makes deletionTimestamp the present, which is later than the old end. */
function shortens(before: ApiObject | undefined, after: ApiObject): boolean {
  return (after.metadata.deletionGracePeriodSeconds ?? 0) < (before?.metadata.deletionGracePeriodSeconds ?? 0);
}

/** Deletion cannot be taken back, put off or hindered anew. */
export const deletionIsFinal: Invariant<null> = {
  name: NAME,
  catalogue: ["18"],
  expectation: "always",
  statement: "Once set, deletionTimestamp is never unset or put off, and no finalizer is added any more.",
  source: "apimachinery/pkg/api/validation/objectmeta.go; registry/rest/delete.go",
  resources: ["*"],
  init: () => null,
  onChange(_memory, { at, before, after }) {
    const began = before?.metadata.deletionTimestamp;
    if (began === undefined || after === undefined) return undefined;
    const now = after.metadata.deletionTimestamp;
    if (now === undefined) return about(NAME, at, after, "Its deletionTimestamp was unset.");
    if (now > began && !shortens(before, after))
      return about(NAME, at, after, `Its deletionTimestamp moved from ${began} to ${now}.`);
    const finalizers = after.metadata.finalizers;
    if (finalizers === undefined || finalizers === before?.metadata.finalizers) return undefined;
    const old = before?.metadata.finalizers ?? [];
    const added = finalizers.find((name) => !old.includes(name) && !POLICY_FINALIZERS.includes(name));
    return added === undefined
      ? undefined
      : about(NAME, at, after, `The finalizer ${added} was added after deletion began.`);
  },
};
