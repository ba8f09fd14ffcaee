import { controllerOf } from "../../../api/object.ts";
import type { PersistentVolume, PersistentVolumeClaim, Pod, Volume } from "../../../api/types/core-v1.ts";
import type { CSINode, StorageClass } from "../../../api/types/storage-v1.ts";
import { cast } from "../../../base/units.ts";
import type { Objects } from "../../framework/objects.ts";

/** The claim that a volume stands for; an ephemeral one is named after pod and volume. */
export function claimNameOf(pod: Pod, volume: Volume): string | undefined {
  if (volume.persistentVolumeClaim !== undefined) return volume.persistentVolumeClaim.claimName;
  return volume.ephemeral === undefined ? undefined : `${pod.metadata.name}-${volume.name}`;
}

/** A claim in the pod's namespace. */
export function claimOf(objects: Objects, pod: Pod, name: string): PersistentVolumeClaim | undefined {
  return cast(objects.get("persistentvolumeclaims", `${pod.metadata.namespace ?? ""}/${name}`));
}

export function volumeNamed(objects: Objects, name: string): PersistentVolume | undefined {
  return cast(objects.get("persistentvolumes", name));
}

export function storageClassNamed(objects: Objects, name: string): StorageClass | undefined {
  return cast(objects.get("storageclasses.storage.k8s.io", name));
}

export function csiNodeNamed(objects: Objects, name: string): CSINode | undefined {
  return cast(objects.get("csinodes.storage.k8s.io", name));
}

/** Class of a claim, the beta annotation before the field; "" when it has none. */
export function classOfClaim({ metadata, spec }: PersistentVolumeClaim): string {
  return metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec?.storageClassName ?? "";
}

/** Class of a volume, likewise. */
export function classOfVolume({ metadata, spec }: PersistentVolume): string {
  return metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec?.storageClassName ?? "";
}

/** Bound, and the controller has said so. */
export function isFullyBound({ metadata, spec }: PersistentVolumeClaim): boolean {
  return (spec?.volumeName ?? "") !== "" && metadata.annotations?.["pv.kubernetes.io/bind-completed"] !== undefined;
}

/** Why the claim of an ephemeral volume is not this pod's; undefined when it is. */
export function notOwnedBy(pod: Pod, claim: PersistentVolumeClaim): string | undefined {
  if (controllerOf(claim)?.uid === pod.metadata.uid) return undefined;
  const { namespace, name } = pod.metadata;
  return `PVC ${claim.metadata.namespace ?? ""}/${claim.metadata.name} was not created for pod ${namespace ?? ""}/${name} (pod is not owner)`;
}
