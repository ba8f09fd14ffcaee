import { objectKey } from "../../api/object.ts";
import type { ApiObject } from "../../api/object.ts";
import type { PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import { nothing } from "../../client/controller.ts";
import type { Controller } from "../../client/controller.ts";
import { create, ignoring } from "../requests.ts";
import { PROVISIONED_BY, PROVISIONER, storageClassOf } from "./matching.ts";

const CLAIMS = "persistentvolumeclaims";
const VOLUMES = "persistentvolumes";

/** Makes a volume for every claim that asks for one, at once and of any provisioner, as an external provisioner does after a while. */
export function externalProvisioner(): Controller<undefined> {
  return {
    name: "external-provisioner",
    workers: 10,
    watches: [{ resource: CLAIMS }, { resource: VOLUMES }, { resource: "storageclasses.storage.k8s.io" }],
    initialMemory: () => undefined,
    wakes: ({ resource, after }) =>
      resource === CLAIMS && after !== undefined && isAsked(cast(after)) ? [{ key: objectKey(after) }] : [],
    reconcile({ key, listers }) {
      const claim = cast<PersistentVolumeClaim | undefined>(listers.of(CLAIMS).get(key));
      if (claim === undefined || !isAsked(claim)) return nothing;
      const volume = volumeOf(claim, storageClassOf(claim, listers)?.reclaimPolicy ?? "Delete");
      if (listers.of(VOLUMES).get(volume.metadata.name) !== undefined) return nothing;
      const message = `Successfully provisioned volume ${volume.metadata.name}`;
      return {
        writes: [[ignoring(create(VOLUMES, undefined, volume), "AlreadyExists")]],
        events: [{ object: cast<ApiObject>(claim), type: "Normal", reason: "ProvisioningSucceeded", message }],
      };
    },
  };
}

function isAsked({ metadata, spec }: PersistentVolumeClaim): boolean {
  const asked = metadata.annotations?.[PROVISIONER] !== undefined && metadata.deletionTimestamp === undefined;
  return asked && (spec?.volumeName ?? "") === "";
}

function volumeOf({ metadata, spec = {} }: PersistentVolumeClaim, reclaimPolicy: string) {
  const provisioner = metadata.annotations?.[PROVISIONER] ?? "";
  const { namespace, uid } = metadata;
  const name = `pvc-${uid}`;
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, annotations: { [PROVISIONED_BY]: provisioner } },
    spec: {
      accessModes: spec.accessModes,
      capacity: { storage: spec.resources?.requests?.["storage"] ?? "0" },
      claimRef: { kind: "PersistentVolumeClaim", apiVersion: "v1", namespace, name: metadata.name, uid },
      csi: { driver: provisioner, volumeHandle: name },
      persistentVolumeReclaimPolicy: reclaimPolicy,
      storageClassName: spec.storageClassName,
      volumeMode: spec.volumeMode,
    },
  };
}
