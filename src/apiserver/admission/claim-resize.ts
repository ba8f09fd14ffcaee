import { cast } from "../../base/units.ts";
import type { ApiObject } from "../../api/object.ts";
import { parseQuantity } from "../../api/quantity.ts";
import type { PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import type { StorageClass } from "../../api/types/storage-v1.ts";
import { forbidden } from "../failure.ts";
import type { Failure } from "../failure.ts";
import type { Kind } from "../kind.ts";
import type { Server } from "../server-state.ts";

/** PersistentVolumeClaimResize: a claim grows only where its storage class allows that. */
export function resizeProblem(server: Server, kind: Kind, object: ApiObject, stored: ApiObject): Failure | undefined {
  const claim = cast<PersistentVolumeClaim>(object);
  const before = cast<PersistentVolumeClaim>(stored);
  if (sizeOf(claim) <= sizeOf(before)) return undefined;
  if (before.status?.phase !== "Bound")
    return forbidden(kind, object.metadata.name, "Only bound persistent volume claims can be expanded");
  const { storageClassName = "" } = before.spec ?? {};
  const name = before.metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? storageClassName;
  const found = name === "" ? undefined : server.etcd.get("storageclasses.storage.k8s.io", name);
  if (cast<StorageClass | undefined>(found)?.allowVolumeExpansion === true) return undefined;
  return forbidden(
    kind,
    object.metadata.name,
    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize",
  );
}

function sizeOf({ spec }: PersistentVolumeClaim): bigint {
  return parseQuantity(spec?.resources?.requests?.["storage"] ?? "0") ?? 0n;
}
