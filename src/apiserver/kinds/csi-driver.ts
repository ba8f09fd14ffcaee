import type { Kind } from "../kind.ts";
import { csiDriverWarnings } from "../warnings/cluster.ts";

/** storage.k8s.io/v1 CSIDriver. */
export const csiDriver: Kind = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIDriver",
  plural: "csidrivers",
  namespaced: false,
  struct: "storage/v1.CSIDriver",
  warnings: csiDriverWarnings,
  needsVersion: true,
};
