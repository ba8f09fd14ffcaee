import type {
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeSpec,
  Pod,
  Volume,
} from "../../../api/types/core-v1.ts";
import type { CSINode, VolumeAttachment } from "../../../api/types/storage-v1.ts";
import { cast } from "../../../base/units.ts";
import type { Objects } from "../../framework/objects.ts";
import {
  claimNameOf,
  claimOf,
  classOfClaim,
  notOwnedBy,
  storageClassNamed,
  volumeNamed,
} from "../volume-binding/claims.ts";

/** Drivers by unique volume: "driver/handle". */
export type Attachable = Map<string, string>;

/** CSI drivers that took over in-tree plugins. */
const MIGRATED: { readonly [plugin: string]: string } = {
  "kubernetes.io/aws-ebs": "ebs.csi.aws.com",
  "kubernetes.io/gce-pd": "pd.csi.storage.gke.io",
  "kubernetes.io/azure-disk": "disk.csi.azure.com",
  "kubernetes.io/cinder": "cinder.csi.openstack.org",
  "kubernetes.io/portworx-volume": "pxd.portworx.com",
};
/** In-tree plugins whose migration is not counted. */
const UNCOUNTED: ReadonlySet<string> = new Set(["kubernetes.io/azure-file", "kubernetes.io/vsphere-volume"]);

type Disks = Pick<
  Volume & PersistentVolumeSpec,
  | "awsElasticBlockStore"
  | "gcePersistentDisk"
  | "azureDisk"
  | "cinder"
  | "portworxVolume"
  | "azureFile"
  | "vsphereVolume"
>;

/** Whether an inline volume is of a kind that a CSI driver has taken over. */
export function isMigratable(volume: Volume): boolean {
  return inTreeDisk(volume) !== undefined || volume.azureFile !== undefined || volume.vsphereVolume !== undefined;
}

/** The CSI driver that serves an inline volume of an in-tree kind. */
export function inlineDriver(volume: Volume): string | undefined {
  const disk = inTreeDisk(volume);
  return disk === undefined ? undefined : MIGRATED[disk.plugin];
}

/** Adds the volumes of a pod that count against limits; an answer is why that fails. */
export function collectAttachable(
  objects: Objects,
  pod: Pod,
  csiNode: CSINode | undefined,
  isNew: boolean,
  into: Attachable,
): { readonly missing: string } | { readonly error: string } | undefined {
  for (const volume of pod.spec.volumes ?? []) {
    const name = claimNameOf(pod, volume);
    if (name === undefined) {
      const disk = csiNode === undefined ? undefined : inTreeDisk(volume);
      const driver = disk === undefined ? undefined : MIGRATED[disk.plugin];
      if (disk !== undefined && driver !== undefined) into.set(`${driver}/${disk.handle}`, driver);
      continue;
    }
    if (name === "") return { error: "PersistentVolumeClaim had no name" };
    const claim = claimOf(objects, pod, name);
    if (claim === undefined) {
      if (!isNew) continue;
      return {
        missing: `looking up PVC ${pod.metadata.namespace ?? ""}/${name}: persistentvolumeclaim "${name}" not found`,
      };
    }
    const foreign = volume.ephemeral === undefined ? undefined : notOwnedBy(pod, claim);
    if (foreign !== undefined) return { error: foreign };
    const found = driverOf(objects, claim, csiNode);
    if (found !== undefined) into.set(`${found.driver}/${found.handle}`, found.driver);
  }
  return undefined;
}

/** Volumes that are attached to the node by VolumeAttachments. */
export function attachedTo(objects: Objects, nodeName: string): Attachable {
  const found: Attachable = new Map();
  for (const object of objects.list("volumeattachments.storage.k8s.io")) {
    const { spec } = cast<VolumeAttachment>(object);
    const name = spec.source.persistentVolumeName;
    if (spec.nodeName !== nodeName || spec.attacher === "" || name === undefined) continue;
    const handle = volumeNamed(objects, name)?.spec?.csi?.volumeHandle;
    if (handle !== undefined) found.set(`${spec.attacher}/${handle}`, spec.attacher);
  }
  return found;
}

function driverOf(
  objects: Objects,
  claim: PersistentVolumeClaim,
  csiNode: CSINode | undefined,
): { readonly driver: string; readonly handle: string } | undefined {
  const name = claim.spec?.volumeName ?? "";
  const volume = name === "" ? undefined : volumeNamed(objects, name);
  if (volume !== undefined) return driverOfVolume(volume, csiNode);
  const className = classOfClaim(claim);
  const provisioner = className === "" ? undefined : storageClassNamed(objects, className)?.provisioner;
  if (provisioner === undefined) return undefined;
  const handle = `unbound-${claim.metadata.namespace ?? ""}/${claim.metadata.name}`;
  const migrated = MIGRATED[provisioner];
  if (migrated === undefined) return UNCOUNTED.has(provisioner) ? undefined : { driver: provisioner, handle };
  return csiNode === undefined ? undefined : { driver: migrated, handle };
}

function driverOfVolume(
  { spec, metadata }: PersistentVolume,
  csiNode: CSINode | undefined,
): { readonly driver: string; readonly handle: string } | undefined {
  if (spec?.csi !== undefined) return { driver: spec.csi.driver, handle: spec.csi.volumeHandle };
  const disk = spec === undefined || csiNode === undefined ? undefined : inTreeDisk(spec);
  const driver = disk === undefined ? undefined : MIGRATED[disk.plugin];
  if (disk === undefined || driver === undefined) return undefined;
  const zone =
    metadata.labels?.["topology.kubernetes.io/zone"] ?? metadata.labels?.["failure-domain.beta.kubernetes.io/zone"];
  return {
    driver,
    handle: disk.plugin === "kubernetes.io/gce-pd" && zone !== undefined ? `${zone}/${disk.handle}` : disk.handle,
  };
}

function inTreeDisk(disks: Disks): { readonly plugin: string; readonly handle: string } | undefined {
  const { awsElasticBlockStore, gcePersistentDisk, azureDisk, cinder, portworxVolume } = disks;
  if (awsElasticBlockStore !== undefined)
    return { plugin: "kubernetes.io/aws-ebs", handle: awsElasticBlockStore.volumeID.replace(/^aws:\/\/.*\//, "") };
  if (gcePersistentDisk !== undefined) return { plugin: "kubernetes.io/gce-pd", handle: gcePersistentDisk.pdName };
  if (azureDisk !== undefined) return { plugin: "kubernetes.io/azure-disk", handle: azureDisk.diskURI };
  if (cinder !== undefined) return { plugin: "kubernetes.io/cinder", handle: cinder.volumeID };
  if (portworxVolume !== undefined) return { plugin: "kubernetes.io/portworx-volume", handle: portworxVolume.volumeID };
  return undefined;
}
