import { deepEqual } from "../api/equal.ts";
import type { ApiObject } from "../api/object.ts";
import type { OwnerReference } from "../api/types/meta-v1.ts";
import type { Call } from "./server-state.ts";

/** The object with each of its owner references once, and a warning where that changes something. */
export function withoutRepeatedOwners(object: ApiObject, afterAdmission: boolean, call: Call): ApiObject {
  const owners = object.metadata?.ownerReferences ?? [];
  if (owners.length < 2) return object;
  const kept: OwnerReference[] = [];
  const repeated: string[] = [];
  for (const owner of owners)
    if (kept.some((other) => deepEqual(other, owner))) repeated.push(owner.uid ?? "");
    else kept.push(owner);
  if (repeated.length === 0) return object;
  const when = afterAdmission ? " after mutating admission happens" : "";
  call.warnings.push(
    `.metadata.ownerReferences contains duplicate entries${when}; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${repeated.join(", ")}`,
  );
  return { ...object, metadata: { ...object.metadata, ownerReferences: kept } };
}
