import type { StorageClass } from "../../api/types/storage-v1.ts";
import { withDefaults } from "../defaults.ts";
import { validateStorageClass, validateStorageClassUpdate } from "../validation/storage.ts";
import type { Kind } from "../kind.ts";
import { storageClassWarnings } from "../warnings/cluster.ts";

/** storage.k8s.io/v1 StorageClass. */
export const storageClass: Kind<StorageClass> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "StorageClass",
  plural: "storageclasses",
  namespaced: false,
  shortNames: ["sc"],
  struct: "storage/v1.StorageClass",
  warnings: storageClassWarnings,
  metadataChecks: "both",
  validate: validateStorageClass,
  validateUpdate: validateStorageClassUpdate,
  deleteReturnsObject: true,
  defaults: (object) => withDefaults(object, { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" }),
};
