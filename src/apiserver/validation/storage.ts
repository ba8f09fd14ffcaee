import { compareText } from "../../base/order.ts";
import { deepEqual } from "../../api/equal.ts";
import { parseQuantity } from "../../api/quantity.ts";
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeSpec,
  TopologySelectorTerm,
} from "../../api/types/core-v1.ts";
import type { StorageClass } from "../../api/types/storage-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { subdomainProblems } from "../name-rules.ts";
import { accessModes, claimSpec } from "./claim.ts";
import { complaints, oneOf, qualifiedName } from "./common.ts";
import { nodeSelector } from "./scheduling.ts";

const SOURCES = [
  "hostPath",
  "nfs",
  "csi",
  "local",
  "iscsi",
  "fc",
  "awsElasticBlockStore",
  "gcePersistentDisk",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "flexVolume",
  "flocker",
  "glusterfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
] as const;

/** Validates a PersistentVolume. */
export function validateVolume({ spec }: PersistentVolume, errors: FieldErrors): void {
  const modes = spec?.accessModes ?? [];
  if (modes.length === 0) errors.required("spec.accessModes");
  else accessModes(modes, "spec.accessModes", errors);
  capacity(spec?.capacity, errors);
  const found = SOURCES.filter((source) => spec?.[source] !== undefined);
  if (found.length === 0) errors.required("spec", "must specify a volume type");
  for (const source of found.slice(1)) errors.forbidden(`spec.${source}`, "may not specify more than 1 volume type");
  const { hostPath, nfs, csi, local } = spec ?? {};
  if (hostPath !== undefined && (hostPath.path ?? "") === "") errors.required("spec.hostPath.path");
  if (nfs !== undefined) {
    if ((nfs.server ?? "") === "") errors.required("spec.nfs.server");
    if ((nfs.path ?? "") === "") errors.required("spec.nfs.path");
    if (!(nfs.path ?? "").startsWith("/")) errors.invalid("spec.nfs.path", nfs.path ?? "", "must be an absolute path");
  }
  if (csi !== undefined) {
    if ((csi.driver ?? "") === "") errors.required("spec.csi.driver");
    else complaints(subdomainProblems(csi.driver), csi.driver, "spec.csi.driver", errors);
    if ((csi.volumeHandle ?? "") === "") errors.required("spec.csi.volumeHandle");
  }
  if (local !== undefined && spec?.nodeAffinity === undefined)
    errors.required("spec.nodeAffinity", "Local volume requires node affinity");
  if (spec?.nodeAffinity !== undefined) {
    if (spec.nodeAffinity.required === undefined)
      errors.required("spec.nodeAffinity.required", "must specify required node constraints");
    else nodeSelector(spec.nodeAffinity.required, "spec.nodeAffinity.required", errors);
  }
  oneOf(
    spec?.persistentVolumeReclaimPolicy,
    ["Delete", "Recycle", "Retain"],
    "spec.persistentVolumeReclaimPolicy",
    errors,
  );
  if (hostPath?.path === "/" && spec?.persistentVolumeReclaimPolicy === "Recycle")
    errors.forbidden("spec.persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'");
  if ((spec?.storageClassName ?? "") !== "")
    complaints(
      subdomainProblems(spec?.storageClassName ?? ""),
      spec?.storageClassName,
      "spec.storageClassName",
      errors,
    );
  oneOf(spec?.volumeMode, ["Block", "Filesystem"], "spec.volumeMode", errors);
  attributesClass(spec, errors);
}

function capacity(amounts: { readonly [name: string]: string } | undefined, errors: FieldErrors): void {
  const names = Object.keys(amounts ?? {});
  if (names.length === 0) errors.required("spec.capacity");
  if (amounts?.["storage"] === undefined || names.length > 1)
    errors.notSupported("spec.capacity", amounts ?? null, ["storage"]);
  for (const name of names) {
    const amount = amounts?.[name] ?? "0";
    const value = parseQuantity(amount) ?? 0n;
    if (value < 0n) errors.invalid(`spec.capacity[${name}]`, Number(value / NANO), "must be a valid resource quantity");
    if (value <= 0n) errors.invalid(`spec.capacity[${name}]`, amount, "must be greater than zero");
  }
}

const NANO = 1_000_000_000n;

function attributesClass(spec: PersistentVolumeSpec | undefined, errors: FieldErrors): void {
  const name = spec?.volumeAttributesClassName;
  if (name === undefined) return;
  if (name === "") errors.required("spec.volumeAttributesClassName", "an empty string is disallowed");
  else complaints(subdomainProblems(name), name, "spec.volumeAttributesClassName", errors);
  if (spec?.csi === undefined) errors.required("spec.csi", "has to be specified when using volumeAttributesClassName");
}

/** Validates a change of a PersistentVolume: its source stays. */
export function validateVolumeUpdate(object: PersistentVolume, stored: PersistentVolume, errors: FieldErrors): void {
  if (object.spec === stored.spec) return;
  // Upstream checks the whole object twice, so each cause stands twice.
  validateVolume(object, errors);
  validateVolume(object, errors);
  if (SOURCES.some((source) => !deepEqual(object.spec?.[source], stored.spec?.[source])))
    errors.forbidden("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation");
  if (object.spec?.volumeMode !== stored.spec?.volumeMode)
    errors.invalid("volumeMode", object.spec?.volumeMode, "field is immutable");
  if (stored.spec?.nodeAffinity !== undefined && !deepEqual(object.spec?.nodeAffinity, stored.spec.nodeAffinity))
    errors.invalid(
      "nodeAffinity",
      object.spec?.nodeAffinity,
      "field is immutable, except for updating from beta label to GA",
    );
}

/** Validates a PersistentVolumeClaim. */
export function validateClaim({ spec }: PersistentVolumeClaim, errors: FieldErrors): void {
  claimSpec(spec ?? {}, "spec", errors);
  for (const key of ["storageClassName", "volumeAttributesClassName"] as const) {
    const name = spec?.[key] ?? "";
    if (name !== "") complaints(subdomainProblems(name), name, `spec.${key}`, errors);
  }
  const source = spec?.dataSource;
  if (source !== undefined && source !== null) {
    if ((source.name ?? "") === "") errors.required("spec.dataSource.name");
    if ((source.kind ?? "") === "") errors.required("spec.dataSource.kind");
    if ((source.apiGroup ?? "") === "" && source.kind !== "PersistentVolumeClaim")
      errors.invalid(
        "spec.dataSource",
        source.kind,
        "must be 'PersistentVolumeClaim' when referencing the default apiGroup",
      );
  }
}

const CLAIM_UPDATE =
  "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";

/** Validates a change of a PersistentVolumeClaim: a bound one may grow. */
export function validateClaimUpdate(
  object: PersistentVolumeClaim,
  stored: PersistentVolumeClaim,
  errors: FieldErrors,
): void {
  if (object.spec === stored.spec) return;
  validateClaim(object, errors);
  const bound = stored.status?.phase === "Bound";
  const fixed = ({ spec }: PersistentVolumeClaim): object => {
    const { volumeName, resources, volumeAttributesClassName, ...rest } = spec ?? {};
    const kept = stored.spec?.volumeName === undefined ? rest : { ...rest, volumeName };
    if (!bound) return { ...kept, resources, volumeAttributesClassName };
    const { requests: _, ...others } = resources ?? {};
    return { ...kept, resources: others };
  };
  if (!deepEqual(fixed(object), fixed(stored))) errors.forbidden("spec", CLAIM_UPDATE);
  const asked = object.spec?.resources?.requests?.["storage"];
  const before = stored.spec?.resources?.requests?.["storage"];
  const has = stored.status?.capacity?.["storage"];
  const less = (a: string | undefined, b: string | undefined): boolean =>
    a !== undefined && b !== undefined && (parseQuantity(a) ?? 0n) < (parseQuantity(b) ?? 0n);
  if (bound && less(asked, before) && (has === undefined || less(asked, has)))
    errors.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
  if (object.spec?.volumeMode !== stored.spec?.volumeMode)
    errors.invalid("volumeMode", object.spec?.volumeMode, "field is immutable");
}

/** Validates a StorageClass. */
export function validateStorageClass(object: StorageClass, errors: FieldErrors): void {
  const { provisioner } = object;
  if (provisioner === "") errors.required("provisioner");
  else qualifiedName(provisioner.toLowerCase(), "provisioner", errors);
  oneOf(object.reclaimPolicy, ["Delete", "Retain"], "reclaimPolicy", errors);
  oneOf(object.volumeBindingMode, ["Immediate", "WaitForFirstConsumer"], "volumeBindingMode", errors);
  topologies(object.allowedTopologies ?? [], errors);
}

/** Terms may not repeat each other; upstream compares each also with as many empty ones as there are terms. */
function topologies(terms: readonly TopologySelectorTerm[], errors: FieldErrors): void {
  const known: { readonly [key: string]: readonly string[] }[] = terms.map(() => ({}));
  for (const [i, term] of terms.entries()) {
    const at = `allowedTopologies[${i}].matchLabelExpressions`;
    const values: { [key: string]: readonly string[] } = {};
    for (const [j, requirement] of (term.matchLabelExpressions ?? []).entries()) {
      const set = new Set<string>();
      const { key } = requirement;
      const list = requirement.values ?? [];
      if (list.length === 0) errors.required(`${at}[${j}].values`);
      for (const [k, value] of list.entries()) {
        if (set.has(value)) errors.duplicate(`${at}[${j}].values[${k}]`, value);
        set.add(value);
      }
      qualifiedName(key, `${at}[${j}].key`, errors);
      if (values[key] !== undefined) errors.duplicate(`${at}[${j}].key`, key);
      values[key] = [...set].sort(compareText);
    }
    for (const other of known) if (deepEqual(values, other)) errors.duplicate(at, "");
    known.push(values);
  }
}

/** Validates a change of a StorageClass: nearly nothing may change. */
export function validateStorageClassUpdate(object: StorageClass, stored: StorageClass, errors: FieldErrors): void {
  for (const field of ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"] as const)
    if (!deepEqual(object[field], stored[field])) errors.invalid(field, object[field], "field is immutable");
}
