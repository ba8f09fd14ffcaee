import { labelKeyProblems, labelValueProblems, qualifiedNameProblems } from "../api/label-query.ts";
import type { ObjectMeta, OwnerReference } from "../api/types/meta-v1.ts";
import { deepEqual } from "../api/equal.ts";
import type { FieldErrors } from "./field-errors.ts";
import type { Kind } from "./kind.ts";
import { subdomainProblems } from "./name-rules.ts";

const ANNOTATIONS_MAX_BYTES = 262_144;

/** Validates the metadata of a new object. */
export function validateMetadata(kind: Kind, meta: ObjectMeta, errors: FieldErrors): void {
  const problems = kind.nameProblems ?? subdomainProblems;
  if (meta.generateName !== undefined && meta.generateName !== "") {
    const prefix = meta.generateName.endsWith("-") ? `${meta.generateName.slice(0, -1)}a` : meta.generateName;
    for (const problem of problems(prefix)) errors.invalid("metadata.generateName", meta.generateName, problem);
  }
  if (meta.name === undefined || meta.name === "") errors.required("metadata.name", "name or generateName is required");
  else for (const problem of problems(meta.name)) errors.invalid("metadata.name", meta.name, problem);
  if (meta.generation !== undefined && meta.generation < 0)
    errors.invalid("metadata.generation", meta.generation, "must be greater than or equal to 0");
  validateLabels(meta.labels, "metadata.labels", errors);
  validateAnnotations(meta.annotations, "metadata.annotations", errors);
  validateOwners(meta.ownerReferences, errors);
  validateFinalizers(meta.finalizers, kind.metadataChecks !== "none", errors);
}

/** Validates what of the metadata of an update changed, as of a new object. */
export function validateChangedMetadata(
  meta: ObjectMeta,
  stored: ObjectMeta,
  standardFinalizers: boolean,
  errors: FieldErrors,
): void {
  if (meta.labels !== stored.labels) validateLabels(meta.labels, "metadata.labels", errors);
  if (meta.annotations !== stored.annotations) validateAnnotations(meta.annotations, "metadata.annotations", errors);
  if (meta.ownerReferences !== stored.ownerReferences) validateOwners(meta.ownerReferences, errors);
  if (meta.finalizers !== stored.finalizers) validateFinalizers(meta.finalizers, standardFinalizers, errors);
}

/** Validates labels: keys, then values. */
export function validateLabels(labels: ObjectMeta["labels"], field: string, errors: FieldErrors): void {
  for (const key in labels) {
    for (const problem of labelKeyProblems(key)) errors.invalid(field, key, problem);
    const value = labels[key] ?? "";
    for (const problem of labelValueProblems(value)) errors.invalid(field, value, problem);
  }
}

/** Validates annotation keys (in any case) and their total size. */
export function validateAnnotations(annotations: ObjectMeta["annotations"], field: string, errors: FieldErrors): void {
  let size = 0;
  for (const key in annotations) {
    for (const problem of labelKeyProblems(key.toLowerCase())) errors.invalid(field, key, problem);
    size += key.length + (annotations[key]?.length ?? 0);
  }
  if (size > ANNOTATIONS_MAX_BYTES) errors.tooLong(field, ANNOTATIONS_MAX_BYTES);
}

function validateOwners(owners: readonly OwnerReference[] | undefined, errors: FieldErrors): void {
  let controller: string | undefined;
  for (const owner of owners ?? []) {
    const field = "metadata.ownerReferences";
    if (owner.apiVersion === "") errors.invalid(`${field}.apiVersion`, owner.apiVersion, "version must not be empty");
    if (owner.kind === "") errors.invalid(`${field}.kind`, owner.kind, "must not be empty");
    if (owner.name === "") errors.invalid(`${field}.name`, owner.name, "must not be empty");
    if (owner.uid === "") errors.invalid(`${field}.uid`, owner.uid, "must not be empty");
    if (owner.apiVersion === "v1" && owner.kind === "Event")
      errors.invalid(field, owner, "/v1, Kind=Event is disallowed from being an owner");
    if (owner.controller !== true) continue;
    const text = `${owner.kind}/${owner.name}`;
    if (controller === undefined) controller = text;
    else
      errors.invalid(
        "metadata.ownerReferences",
        owners,
        `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${text}`,
      );
  }
}

const STANDARD_FINALIZERS = new Set(["kubernetes", "orphan", "foregroundDeletion"]);

function validateFinalizers(finalizers: readonly string[] | undefined, standard: boolean, errors: FieldErrors): void {
  for (const [i, name] of (finalizers ?? []).entries()) {
    for (const problem of qualifiedNameProblems(name)) errors.invalid("metadata.finalizers", name, problem);
    if (standard && !name.includes("/") && !STANDARD_FINALIZERS.has(name))
      errors.invalid(
        `metadata.finalizers[${i}]`,
        name,
        "name is neither a standard finalizer name nor is it fully qualified",
      );
  }
  if (finalizers?.includes("orphan") === true && finalizers.includes("foregroundDeletion"))
    errors.invalid("metadata.finalizers", finalizers, "finalizer orphan and foregroundDeletion cannot be both set");
}

/** Validates each finalizer of an update as the validation of the kind's own object does. */
export function validateOwnFinalizers(finalizers: readonly string[] | undefined, errors: FieldErrors): void {
  for (const [i, name] of (finalizers ?? []).entries()) {
    const field = `metadata.finalizers[${i}]`;
    if (!name.includes("/") && !STANDARD_FINALIZERS.has(name))
      errors.invalid(field, name, "name is neither a standard finalizer name nor is it fully qualified");
  }
}

/** Validates a change of metadata; upstream runs this twice for most kinds, so each cause stands twice. */
export function validateMetadataUpdate(meta: ObjectMeta, stored: ObjectMeta, errors: FieldErrors): void {
  if (stored.deletionTimestamp !== undefined) {
    const added = (meta.finalizers ?? []).filter((name) => stored.finalizers?.includes(name) !== true);
    if (added.length > 0) {
      const list = added.map((name) => JSON.stringify(name)).join(", ");
      errors.forbidden(
        "metadata.finalizers",
        `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
      );
    }
  }
  immutable(meta.name, stored.name, "metadata.name", errors);
  immutable(meta.namespace, stored.namespace, "metadata.namespace", errors);
  immutable(meta.uid, stored.uid, "metadata.uid", errors);
  immutable(meta.deletionTimestamp, stored.deletionTimestamp, "metadata.deletionTimestamp", errors);
  immutable(
    meta.deletionGracePeriodSeconds,
    stored.deletionGracePeriodSeconds,
    "metadata.deletionGracePeriodSeconds",
    errors,
  );
  if (meta.labels !== stored.labels) validateLabels(meta.labels, "metadata.labels", errors);
  if (meta.annotations !== stored.annotations) validateAnnotations(meta.annotations, "metadata.annotations", errors);
  if (meta.ownerReferences !== stored.ownerReferences) validateOwners(meta.ownerReferences, errors);
}

/** Records "field is immutable" when a field changed. */
export function immutable(value: unknown, stored: unknown, field: string, errors: FieldErrors): void {
  if (!deepEqual(value, stored)) errors.invalid(field, value, "field is immutable");
}
