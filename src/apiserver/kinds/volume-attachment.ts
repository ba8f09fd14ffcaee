import type { Kind } from "../kind.ts";

/** storage.k8s.io/v1 VolumeAttachment. */
export const volumeAttachment: Kind = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "VolumeAttachment",
  plural: "volumeattachments",
  namespaced: false,
  struct: "storage/v1.VolumeAttachment",
  metadataChecks: "whole",
  needsVersion: true,
  deleteReturnsObject: true,
  status: true,
};
