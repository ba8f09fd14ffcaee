import { timestamp } from "../../base/time.ts";
import type { PersistentVolume } from "../../api/types/core-v1.ts";
import { withDefaults } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";
import { validateVolume, validateVolumeUpdate } from "../validation/storage.ts";
import type { Kind } from "../kind.ts";
import { volumeWarnings } from "../warnings/cluster.ts";

const PROTECTION = "kubernetes.io/pv-protection";

/** core/v1 PersistentVolume. */
export const persistentVolume: Kind<PersistentVolume> = {
  group: "",
  version: "v1",
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  namespaced: false,
  shortNames: ["pv"],
  struct: "core/v1.PersistentVolume",
  warnings: volumeWarnings,
  metadataChecks: "both",
  validate: validateVolume,
  validateUpdate: validateVolumeUpdate,
  status: true,
  initialStatus: { phase: "Pending" },
  deleteReturnsObject: true,
  defaults(object) {
    let spec = withDefaults(object.spec ?? {}, { persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem" });
    if (spec.hostPath !== undefined && spec.hostPath.type === undefined)
      spec = { ...spec, hostPath: { ...spec.hostPath, type: "" } };
    return withField(object, "spec", spec);
  },
  prepareCreate(object, context) {
    const finalizers = object.metadata.finalizers ?? [];
    const status = { phase: "Pending", lastPhaseTransitionTime: timestamp(context.now) };
    if (finalizers.includes(PROTECTION)) return { ...object, status };
    return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, PROTECTION] }, status };
  },
};
