import { cast } from "../../base/units.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  StorageClass,
  VolumeAttachment,
} from "../../api/types/storage-v1.ts";
import { NONE, UNSET } from "./cells.ts";
import type { Printer } from "./cells.ts";
import { since } from "./human-duration.ts";

const MODES: readonly (readonly [mode: string, short: string])[] = [
  ["ReadWriteOnce", "RWO"],
  ["ReadOnlyMany", "ROX"],
  ["ReadWriteMany", "RWX"],
  ["ReadWriteOncePod", "RWOP"],
];
const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

function modesText(modes: readonly string[] | undefined): string {
  return MODES.filter(([mode]) => modes?.includes(mode) === true)
    .map(([, short]) => short)
    .join(",");
}

export const printPersistentVolume: Printer = (object, now) => {
  const { metadata, spec, status } = cast<PersistentVolume>(object);
  const claim = spec?.claimRef;
  return [
    metadata.name,
    spec?.capacity?.["storage"] ?? "0",
    modesText(spec?.accessModes),
    spec?.persistentVolumeReclaimPolicy ?? "",
    metadata.deletionTimestamp === undefined ? (status?.phase ?? "") : "Terminating",
    claim === undefined ? "" : `${claim.namespace ?? ""}/${claim.name ?? ""}`,
    metadata.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? "",
    spec?.volumeAttributesClassName ?? UNSET,
    status?.reason ?? "",
    since(now, metadata.creationTimestamp),
    spec?.volumeMode ?? UNSET,
  ];
};

export const printPersistentVolumeClaim: Printer = (object, now) => {
  const { metadata, spec, status } = cast<PersistentVolumeClaim>(object);
  const bound = (spec?.volumeName ?? "") !== "";
  return [
    metadata.name,
    metadata.deletionTimestamp === undefined ? (status?.phase ?? "") : "Terminating",
    spec?.volumeName ?? "",
    bound ? (status?.capacity?.["storage"] ?? "0") : "",
    bound ? modesText(status?.accessModes) : "",
    metadata.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? "",
    spec?.volumeAttributesClassName ?? UNSET,
    since(now, metadata.creationTimestamp),
    spec?.volumeMode ?? UNSET,
  ];
};

export const printStorageClass: Printer = (object, now) => {
  const { metadata, provisioner, reclaimPolicy, volumeBindingMode, allowVolumeExpansion } = cast<StorageClass>(object);
  const annotations = metadata.annotations ?? {};
  const isDefault =
    annotations["storageclass.kubernetes.io/is-default-class"] === "true" ||
    annotations["storageclass.beta.kubernetes.io/is-default-class"] === "true";
  return [
    isDefault ? `${metadata.name} (default)` : metadata.name,
    provisioner,
    reclaimPolicy ?? "Delete",
    volumeBindingMode ?? "Immediate",
    allowVolumeExpansion ?? false,
    since(now, metadata.creationTimestamp),
  ];
};

export const printCSINode: Printer = (object, now) => {
  const { metadata, spec } = cast<CSINode>(object);
  return [metadata.name, spec?.drivers?.length ?? 0, since(now, metadata.creationTimestamp)];
};

export const printCSIStorageCapacity: Printer = (object) => {
  const { metadata, storageClassName, capacity } = cast<CSIStorageCapacity>(object);
  return [metadata.name, storageClassName, capacity ?? UNSET];
};

export const printCSIDriver: Printer = (object, now) => {
  const { metadata, spec } = cast<CSIDriver>(object);
  const modes = (spec.volumeLifecycleModes ?? []).join(",");
  return [
    metadata.name,
    spec.attachRequired ?? true,
    spec.podInfoOnMount ?? false,
    spec.storageCapacity ?? false,
    spec.tokenRequests === undefined ? UNSET : spec.tokenRequests.map(({ audience }) => audience).join(","),
    spec.requiresRepublish ?? false,
    modes === "" ? NONE : modes,
    since(now, metadata.creationTimestamp),
  ];
};

export const printVolumeAttachment: Printer = (object, now) => {
  const { metadata, spec, status } = cast<VolumeAttachment>(object);
  return [
    metadata.name,
    spec.attacher,
    spec.source.persistentVolumeName ?? "",
    spec.nodeName,
    status?.attached ?? false,
    since(now, metadata.creationTimestamp),
  ];
};
