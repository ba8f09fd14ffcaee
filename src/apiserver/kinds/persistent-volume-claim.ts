import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from "../../api/types/core-v1.ts";
import { withDefaults } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";
import { validateClaim, validateClaimUpdate } from "../validation/storage.ts";
import type { Kind } from "../kind.ts";
import { claimWarnings } from "../warnings/claim.ts";

const PROTECTION = "kubernetes.io/pvc-protection";

/** core/v1 PersistentVolumeClaim. */
export const persistentVolumeClaim: Kind<PersistentVolumeClaim> = {
  group: "",
  version: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
  namespaced: true,
  shortNames: ["pvc"],
  struct: "core/v1.PersistentVolumeClaim",
  warnings: claimWarnings,
  metadataChecks: "both",
  validate: validateClaim,
  validateUpdate: validateClaimUpdate,
  status: true,
  initialStatus: { phase: "Pending" },
  deleteReturnsObject: true,
  defaults(object) {
    let spec = withDefaults(withKnownSource(object.spec ?? {}), { volumeMode: "Filesystem" });
    const { dataSource, dataSourceRef } = spec;
    if (dataSource !== undefined && dataSourceRef === undefined) spec = { ...spec, dataSourceRef: dataSource };
    else if (dataSource === undefined && dataSourceRef !== undefined && dataSourceRef.namespace === undefined)
      spec = { ...spec, dataSource: dataSourceRef };
    return withField(object, "spec", spec);
  },
  prepareCreate(object) {
    const finalizers = object.metadata.finalizers ?? [];
    if (finalizers.includes(PROTECTION)) return object;
    return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, PROTECTION] } };
  },
};

/** A data source of old clients is a claim or a snapshot, or it is forgotten. */
function withKnownSource(spec: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec {
  const { dataSource, dataSourceRef, ...rest } = spec;
  if (dataSource === undefined || dataSourceRef !== undefined) return spec;
  const { apiGroup, kind } = dataSource;
  const known =
    (kind === "PersistentVolumeClaim" && (apiGroup ?? "") === "") ||
    (kind === "VolumeSnapshot" && apiGroup === "snapshot.storage.k8s.io");
  return known ? spec : rest;
}
