import { selectorMatches } from "../../../api/label-selector.ts";
import { parseQuantity, quantityValue } from "../../../api/quantity.ts";
import type { Node, PersistentVolume, PersistentVolumeClaim } from "../../../api/types/core-v1.ts";
import type { CSIDriver, CSIStorageCapacity, StorageClass } from "../../../api/types/storage-v1.ts";
import { compareText } from "../../../base/order.ts";
import { cast } from "../../../base/units.ts";
import type { Objects } from "../../framework/objects.ts";
import { nodeSelectorMatches } from "../../../api/node-selector.ts";
import { classOfClaim, classOfVolume } from "./claims.ts";

/** Whether the volume can be reached from the node. */
export function volumeReaches(volume: PersistentVolume, node: Node): boolean {
  const required = volume.spec?.nodeAffinity?.required;
  return required === undefined || nodeSelectorMatches(required, node);
}

/** All volumes of a class, by name (upstream's order is random). */
export function volumesOfClass(objects: Objects, className: string): readonly PersistentVolume[] {
  const found: PersistentVolume[] = [];
  for (const object of objects.list("persistentvolumes")) {
    const volume = cast<PersistentVolume>(object);
    if (classOfVolume(volume) === className) found.push(volume);
  }
  return found.sort((a, b) => compareText(a.metadata.name, b.metadata.name));
}

/** Storage that a claim asks for, exact. */
export function requestedStorage(claim: PersistentVolumeClaim): bigint {
  return parseQuantity(claim.spec?.resources?.requests?.["storage"] ?? "0") ?? 0n;
}

/** The volume meant for this claim, or else the smallest suitable one (component-helpers FindMatchingVolume). */
export function findMatchingVolume(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  node: Node,
  chosen: ReadonlySet<string>,
): PersistentVolume | undefined {
  const wanted = requestedStorage(claim);
  let smallest: PersistentVolume | undefined;
  let smallestSize = 0n;
  for (const volume of volumes) {
    if (chosen.has(volume.metadata.name)) continue;
    const reserved = isMeantFor(volume, claim);
    if (volume.spec?.claimRef !== undefined && !reserved) continue;
    const size = parseQuantity(volume.spec?.capacity?.["storage"] ?? "0") ?? 0n;
    if (size < wanted || !isCompatible(volume, claim)) continue;
    if (reserved) return volumeReaches(volume, node) ? volume : undefined;
    if (!isAvailable(volume, claim) || !volumeReaches(volume, node)) continue;
    if (smallest === undefined || size < smallestSize) {
      smallest = volume;
      smallestSize = size;
    }
  }
  return smallest;
}

/** Whether a class can provide a new volume for the claim on this node: undefined yes, else what is missing. */
export function provisioningProblem(
  objects: Objects,
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  node: Node,
): "topology" | "capacity" | undefined {
  const { provisioner, allowedTopologies } = storageClass;
  if (provisioner === "" || provisioner === "kubernetes.io/no-provisioner") return "topology";
  const labels = node.metadata.labels;
  const allowed = (allowedTopologies ?? []).some(({ matchLabelExpressions = [] }) =>
    matchLabelExpressions.every(({ key, values }) => values.includes(labels?.[key] ?? "\0")),
  );
  if ((allowedTopologies?.length ?? 0) > 0 && !allowed) return "topology";
  return hasCapacity(objects, claim, storageClass, node) ? undefined : "capacity";
}

function hasCapacity(objects: Objects, claim: PersistentVolumeClaim, storageClass: StorageClass, node: Node): boolean {
  const request = claim.spec?.resources?.requests?.["storage"];
  if (request === undefined) return true;
  const driver = cast<CSIDriver | undefined>(objects.get("csidrivers.storage.k8s.io", storageClass.provisioner));
  if (driver?.spec?.storageCapacity !== true) return true;
  const size = quantityValue(request);
  for (const object of objects.list("csistoragecapacities.storage.k8s.io")) {
    const { storageClassName, maximumVolumeSize, capacity, nodeTopology } = cast<CSIStorageCapacity>(object);
    const limit = maximumVolumeSize ?? capacity;
    if (storageClassName !== storageClass.metadata.name || limit === undefined || nodeTopology === undefined) continue;
    if (quantityValue(limit) >= size && selectorMatches(nodeTopology, node.metadata.labels)) return true;
  }
  return false;
}

function isMeantFor({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const ref = spec?.claimRef;
  if (ref === undefined || ref.name !== metadata.name || ref.namespace !== metadata.namespace) return false;
  return (ref.uid ?? "") === "" || ref.uid === metadata.uid;
}

function isCompatible({ metadata, spec }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  if ((spec?.volumeMode ?? "Filesystem") !== (claim.spec?.volumeMode ?? "Filesystem")) return false;
  if ((spec?.volumeAttributesClassName ?? "") !== (claim.spec?.volumeAttributesClassName ?? "")) return false;
  return metadata.deletionTimestamp === undefined;
}

function isAvailable(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  if (volume.status?.phase !== "Available" || classOfVolume(volume) !== classOfClaim(claim)) return false;
  const selector = claim.spec?.selector;
  if (selector !== undefined && !selectorMatches(selector, volume.metadata.labels)) return false;
  const modes = volume.spec?.accessModes ?? [];
  return (claim.spec?.accessModes ?? []).every((mode) => modes.includes(mode));
}
