import type { CSINode } from "../../api/types/storage-v1.ts";
import { validateCsiNode, validateCsiNodeUpdate } from "../validation/csi-node.ts";
import type { Kind } from "../kind.ts";

/** storage.k8s.io/v1 CSINode. */
export const csiNode: Kind<CSINode> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSINode",
  plural: "csinodes",
  namespaced: false,
  struct: "storage/v1.CSINode",
  metadataChecks: "whole",
  validate: validateCsiNode,
  validateUpdate: validateCsiNodeUpdate,
  needsVersion: true,
  deleteReturnsObject: true,
};
