import { deepEqual } from "../../api/equal.ts";
import { parseQuantity } from "../../api/quantity.ts";
import type { CSIStorageCapacity } from "../../api/types/storage-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { subdomainProblems } from "../name-rules.ts";
import { complaints, labelSelector, NOT_NEGATIVE } from "./common.ts";

/** Validates a CSIStorageCapacity. */
export function validateStorageCapacity(object: CSIStorageCapacity, errors: FieldErrors): void {
  const { nodeTopology, storageClassName = "", capacity } = object;
  labelSelector(nodeTopology, "nodeTopology", errors);
  complaints(subdomainProblems(storageClassName), storageClassName, "storageClassName", errors);
  if (capacity !== undefined && (parseQuantity(capacity) ?? 0n) < 0n)
    errors.invalid("capacity", capacity, NOT_NEGATIVE);
}

/** Validates a change of a CSIStorageCapacity: what was asked of the driver stays. */
export function validateStorageCapacityUpdate(
  object: CSIStorageCapacity,
  stored: CSIStorageCapacity,
  errors: FieldErrors,
): void {
  validateStorageCapacity(object, errors);
  if (!deepEqual(object.nodeTopology, stored.nodeTopology))
    errors.invalid("nodeTopology", object.nodeTopology ?? null, "field is immutable");
  if (object.storageClassName !== stored.storageClassName)
    errors.invalid("storageClassName", object.storageClassName, "field is immutable");
}
