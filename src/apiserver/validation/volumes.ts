import type { KeyToPath, PersistentVolumeClaimSpec, Volume } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { labelProblems } from "../name-rules.ts";
import { complaints, oneOf } from "./common.ts";
import { relativePath } from "./container.ts";
import { claimSpec } from "./claim.ts";

const MODE_RANGE = "must be a number between 0 and 0777 (octal), both inclusive";
const MODE_MAX = 511;
const HOST_PATH_TYPES = [
  "",
  "BlockDevice",
  "CharDevice",
  "Directory",
  "DirectoryOrCreate",
  "File",
  "FileOrCreate",
  "Socket",
];
const DOWNWARD = ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

/** Validates volumes; yields their names and whether they can be used as block devices. */
export function volumes(
  values: readonly Volume[] | undefined,
  at: string,
  errors: FieldErrors,
): ReadonlyMap<string, { readonly block: boolean }> {
  const found = new Map<string, { readonly block: boolean }>();
  for (const [i, volume] of (values ?? []).entries()) {
    const field = `${at}[${i}]`;
    const before = errors.causes.length;
    source(volume, field, errors);
    if ((volume.name ?? "") === "") errors.required(`${field}.name`);
    else complaints(labelProblems(volume.name), volume.name, `${field}.name`, errors);
    if (found.has(volume.name)) errors.duplicate(`${field}.name`, volume.name);
    if (errors.causes.length === before)
      found.set(volume.name, { block: volume.persistentVolumeClaim !== undefined || volume.ephemeral !== undefined });
  }
  return found;
}

function source(volume: Volume, at: string, errors: FieldErrors): void {
  const kinds = Object.keys(volume).filter((key) => key !== "name");
  if (kinds.length === 0) errors.required(at, "must specify a volume type");
  for (const kind of kinds.slice(1)) errors.forbidden(`${at}.${kind}`, "may not specify more than 1 volume type");
  const { emptyDir, hostPath, configMap, secret, persistentVolumeClaim, nfs, csi, downwardAPI, projected, ephemeral } =
    volume;
  if (emptyDir?.sizeLimit?.startsWith("-") === true)
    errors.forbidden(`${at}.emptyDir.sizeLimit`, "SizeLimit field must be a valid resource quantity");
  if (hostPath !== undefined) {
    if ((hostPath.path ?? "") === "") errors.required(`${at}.hostPath.path`);
    else if (hostPath.path.split("/").includes(".."))
      errors.invalid(`${at}.hostPath.path`, hostPath.path, "must not contain '..'");
    oneOf(hostPath.type, HOST_PATH_TYPES, `${at}.hostPath.type`, errors);
  }
  if (configMap !== undefined) {
    if ((configMap.name ?? "") === "") errors.required(`${at}.configMap.name`);
    files(configMap, `${at}.configMap`, errors);
  }
  if (secret !== undefined) {
    if ((secret.secretName ?? "") === "") errors.required(`${at}.secret.secretName`);
    files(secret, `${at}.secret`, errors);
  }
  if (persistentVolumeClaim !== undefined && (persistentVolumeClaim.claimName ?? "") === "")
    errors.required(`${at}.persistentVolumeClaim.claimName`);
  if (nfs !== undefined) {
    if ((nfs.server ?? "") === "") errors.required(`${at}.nfs.server`);
    if ((nfs.path ?? "") === "") errors.required(`${at}.nfs.path`);
    else if (!nfs.path.startsWith("/")) errors.invalid(`${at}.nfs.path`, nfs.path, "must be an absolute path");
  }
  if (csi !== undefined && (csi.driver ?? "") === "") errors.required(`${at}.csi.driver`);
  if (downwardAPI !== undefined) {
    mode(downwardAPI.defaultMode, `${at}.downwardAPI.defaultMode`, errors);
    for (const item of downwardAPI.items ?? []) downward(item, `${at}.downwardAPI`, errors);
  }
  if (projected !== undefined) projection(projected, `${at}.projected`, errors);
  if (ephemeral !== undefined) {
    const template = ephemeral.volumeClaimTemplate;
    if (template === undefined || template === null) errors.required(`${at}.ephemeral.volumeClaimTemplate`);
    else claimSpec(template.spec as PersistentVolumeClaimSpec, `${at}.ephemeral.volumeClaimTemplate.spec`, errors);
  }
}

interface Files {
  readonly defaultMode?: number;
  readonly items?: readonly KeyToPath[];
}

function files(value: Files, at: string, errors: FieldErrors): void {
  mode(value.defaultMode, `${at}.defaultMode`, errors);
  for (const [i, { key, path, mode: own }] of (value.items ?? []).entries()) {
    const field = `${at}.items[${i}]`;
    if ((key ?? "") === "") errors.required(`${field}.key`);
    if ((path ?? "") === "") errors.required(`${field}.path`);
    else relativePath(path, `${field}.path`, errors);
    mode(own, `${field}.mode`, errors);
  }
}

function mode(value: number | undefined, at: string, errors: FieldErrors): void {
  if (value !== undefined && (value < 0 || value > MODE_MAX)) errors.invalid(at, value, MODE_RANGE);
}

type DownwardItem = NonNullable<NonNullable<Volume["downwardAPI"]>["items"]>[number];

function downward(item: DownwardItem, at: string, errors: FieldErrors): void {
  if ((item.path ?? "") === "") errors.required(`${at}.path`);
  else relativePath(item.path, `${at}.path`, errors);
  const { fieldRef, resourceFieldRef } = item;
  if (fieldRef !== undefined) {
    const plain = (fieldRef.fieldPath ?? "").replace(/\['.*'\]$/, "");
    if (plain === "") errors.required(`${at}.fieldRef.fieldPath`);
    else if (!DOWNWARD.includes(plain)) errors.notSupported(`${at}.fieldRef.fieldPath`, plain, DOWNWARD);
    if (resourceFieldRef !== undefined)
      errors.invalid(at, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
  } else if (resourceFieldRef !== undefined) {
    if ((resourceFieldRef.containerName ?? "") === "") errors.required(`${at}.resourceFieldRef.containerName`);
    else if ((resourceFieldRef.resource ?? "") === "") errors.required(`${at}.resourceFieldRef.resource`);
  } else errors.required(at, "one of fieldRef and resourceFieldRef is required");
}

function projection(value: NonNullable<Volume["projected"]>, at: string, errors: FieldErrors): void {
  mode(value.defaultMode, `${at}.defaultMode`, errors);
  const paths = new Set<string>();
  for (const [i, part] of (value.sources ?? []).entries()) {
    const field = `${at}.sources[${i}]`;
    for (const key of ["secret", "configMap"] as const) {
      const named = part[key];
      if (named === undefined) continue;
      if ((named.name ?? "") === "") errors.required(`${field}.${key}.name`);
      files(named, `${field}.${key}`, errors);
      for (const { path } of named.items ?? []) {
        if (paths.has(path)) errors.invalid(at, named.name ?? "", "conflicting duplicate paths");
        paths.add(path);
      }
    }
    const seconds = part.serviceAccountToken?.expirationSeconds;
    if (seconds !== undefined && seconds < 600)
      errors.invalid(
        `${field}.serviceAccountToken.expirationSeconds`,
        seconds,
        "may not specify a duration less than 10 minutes",
      );
    if (part.serviceAccountToken !== undefined && (part.serviceAccountToken.path ?? "") === "")
      errors.required(`${field}.serviceAccountToken.path`);
    for (const item of part.downwardAPI?.items ?? []) downward(item, `${field}.downwardAPI`, errors);
  }
}
