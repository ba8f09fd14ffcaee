import type { Kind } from "../kind.ts";
import { EMPTY_SET, setOf } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";

const STATUS = setOf(["status"]);
const SPEC = setOf(["spec"]);

/** What a write of the status leaves alone besides the spec. */
const STATUS_WRITES: { readonly [plural: string]: FieldSet } = {
  deployments: setOf(["spec"], ["metadata", "labels"]),
  pods: setOf(["spec"], ["metadata", "deletionTimestamp"], ["metadata", "ownerReferences"]),
  volumeattachments: setOf(["spec"], ["metadata"]),
};

/** Fields that a write to a path never changes, so that nobody comes to own them there (GetResetFields of a strategy). */
export function resetFields(kind: Kind, subresource: string): FieldSet {
  if (subresource === "status") return STATUS_WRITES[kind.plural] ?? SPEC;
  if (kind.plural === "namespaces" && subresource === "finalize") return STATUS;
  return kind.status === true && subresource === "" ? STATUS : EMPTY_SET;
}
