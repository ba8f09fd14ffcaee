import { selectorMatches } from "../../api/label-selector.ts";
import { parseQuantity } from "../../api/quantity.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import type { StorageClass } from "../../api/types/storage-v1.ts";
import { compareText } from "../../base/order.ts";
import { cast } from "../../base/units.ts";
import type { Listers } from "../../client/informer.ts";

/** The controller has bound the claim. */
export const BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
/** The controller has chosen the other side, so that it may take it back. */
export const BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";
/** The node that the scheduler has chosen for the claim's first consumer. */
export const SELECTED_NODE = "volume.kubernetes.io/selected-node";
/** The provisioner that is asked to make a volume for a claim. */
export const PROVISIONER = "volume.kubernetes.io/storage-provisioner";
/** The provisioner that has made a volume. */
export const PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";

/** The class of a claim. */
export function storageClassOf(claim: PersistentVolumeClaim, listers: Listers): StorageClass | undefined {
  const name = claim.spec?.storageClassName ?? "";
  return name === "" ? undefined : cast(listers.of("storageclasses.storage.k8s.io").get(name));
}

/** Whether the volume's claimRef names this claim, of this UID or of none. */
export function isMeantFor({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const ref = spec?.claimRef;
  if (ref === undefined || ref.name !== metadata.name || ref.namespace !== metadata.namespace) return false;
  return (ref.uid ?? "") === "" || ref.uid === metadata.uid;
}

/** The volume that is meant for the claim, or, unless the scheduler is to choose (`delayed`), the smallest that suits it. */
export function volumeFor(
  claim: PersistentVolumeClaim,
  delayed: boolean,
  listers: Listers,
): PersistentVolume | undefined {
  const volumes = [...listers.of("persistentvolumes").list()].map((object) => cast<PersistentVolume>(object));
  const meant = volumes.find((volume) => isMeantFor(volume, claim) && suits(volume, claim));
  if (meant !== undefined || delayed) return meant;
  const free = volumes.filter(
    (volume) =>
      volume.spec?.claimRef === undefined &&
      volume.status?.phase === "Available" &&
      suits(volume, claim) &&
      (claim.spec?.selector === undefined || selectorMatches(claim.spec.selector, volume.metadata.labels)),
  );
  return free.sort((a, b) => {
    const [x, y] = [sizeOf(a), sizeOf(b)];
    return x === y ? compareText(a.metadata.name, b.metadata.name) : x < y ? -1 : 1;
  })[0];
}

/** Whether size, class and modes of a volume are what the claim asks for. */
export function suits(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const wanted = parseQuantity(claim.spec?.resources?.requests?.["storage"] ?? "0") ?? 0n;
  const modes = volume.spec?.accessModes ?? [];
  return (
    volume.metadata.deletionTimestamp === undefined &&
    sizeOf(volume) >= wanted &&
    (volume.spec?.volumeMode ?? "Filesystem") === (claim.spec?.volumeMode ?? "Filesystem") &&
    (volume.spec?.storageClassName ?? "") === (claim.spec?.storageClassName ?? "") &&
    (claim.spec?.accessModes ?? []).every((mode) => modes.includes(mode))
  );
}

function sizeOf(volume: PersistentVolume): bigint {
  return parseQuantity(volume.spec?.capacity?.["storage"] ?? "0") ?? 0n;
}
