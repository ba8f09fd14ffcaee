import type { CSIStorageCapacity } from "../../api/types/storage-v1.ts";
import { validateStorageCapacity, validateStorageCapacityUpdate } from "../validation/csi-storage-capacity.ts";
import type { Kind } from "../kind.ts";
import { storageCapacityWarnings } from "../warnings/cluster.ts";

/** storage.k8s.io/v1 CSIStorageCapacity. */
export const csiStorageCapacity: Kind<CSIStorageCapacity> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIStorageCapacity",
  plural: "csistoragecapacities",
  singular: "csistoragecapacity",
  namespaced: true,
  struct: "storage/v1.CSIStorageCapacity",
  warnings: storageCapacityWarnings,
  metadataChecks: "both",
  validate: validateStorageCapacity,
  validateUpdate: validateStorageCapacityUpdate,
  needsVersion: true,
};
