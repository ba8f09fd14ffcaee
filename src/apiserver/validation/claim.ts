import type { PersistentVolumeClaimSpec } from "../../api/types/core-v1.ts";
import { parseQuantity } from "../../api/quantity.ts";
import type { FieldErrors } from "../field-errors.ts";
import { labelSelector, oneOf } from "./common.ts";

const ACCESS_MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/** Access modes: at least one, all known, ReadWriteOncePod alone. */
export function accessModes(modes: readonly string[] | undefined, at: string, errors: FieldErrors): void {
  if ((modes?.length ?? 0) === 0) errors.required(at, "at least 1 access mode is required");
  for (const mode of modes ?? []) oneOf(mode, ACCESS_MODES, at, errors);
  if (modes?.includes("ReadWriteOncePod") === true && modes.length > 1)
    errors.forbidden(at, "may not use ReadWriteOncePod with other access modes");
}

/** Validates what a claim asks for. */
export function claimSpec(spec: PersistentVolumeClaimSpec, at: string, errors: FieldErrors): void {
  labelSelector(spec.selector, `${at}.selector`, errors);
  accessModes(spec.accessModes, `${at}.accessModes`, errors);
  const storage = spec.resources?.requests?.["storage"];
  if (storage === undefined) errors.required(`${at}.resources[storage]`);
  else if ((parseQuantity(storage) ?? 0n) <= 0n)
    errors.invalid(`${at}.resources[storage]`, storage, "must be greater than zero");
  oneOf(spec.volumeMode, ["Block", "Filesystem"], `${at}.volumeMode`, errors);
}
