import type { Pod } from "../../api/types/core-v1.ts";

/** Why a pod cannot be judged as upstream would: what it uses and which plugin is absent. Undefined when all are there. */
export function unsupportedFor(pod: Pod): string | undefined {
  for (const volume of pod.spec.volumes ?? []) {
    if (volume.persistentVolumeClaim !== undefined) return "persistentVolumeClaim";
    if (volume.ephemeral !== undefined) return "ephemeral volume";
    for (const kind of INLINE_DISKS) if (volume[kind] !== undefined) return kind;
  }
  if ((pod.spec.resourceClaims?.length ?? 0) > 0) return "resourceClaims";
  return undefined;
}

const INLINE_DISKS = [
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cinder",
  "iscsi",
  "portworxVolume",
  "rbd",
  "vsphereVolume",
] as const;
