import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from "../../api/types/core-v1.ts";
import { fractionalWarnings } from "./amounts.ts";

const CLASS = "volume.beta.kubernetes.io/storage-class";

/** Warnings about a claim. */
export function claimWarnings({ metadata, spec }: PersistentVolumeClaim): readonly string[] {
  const old =
    metadata.annotations?.[CLASS] === undefined
      ? []
      : [`metadata.annotations[${CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`];
  return [...old, ...claimSpecWarnings(spec, "spec")];
}

/** Warnings about the spec of a claim or of a template of one. */
export function claimSpecWarnings(spec: PersistentVolumeClaimSpec | undefined, at: string): readonly string[] {
  return [
    ...fractionalWarnings(spec?.resources?.requests, `${at}.resources.requests`, ["storage"]),
    ...fractionalWarnings(spec?.resources?.limits, `${at}.resources.limits`, ["storage"]),
  ];
}
