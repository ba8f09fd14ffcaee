import { quantityValue } from "../../../api/quantity.ts";
import type { PersistentVolumeClaim, Pod } from "../../../api/types/core-v1.ts";
import type { CSIDriver, CSINode, CSIStorageCapacity, StorageClass } from "../../../api/types/storage-v1.ts";
import { cast } from "../../../base/units.ts";
import type { EventRegistration, HintInput } from "../../queue/event-registration.ts";
import { ACTION } from "../../queue/event-registration.ts";
import { sameData } from "../same.ts";
import { claimNameOf } from "./claims.ts";

const MIGRATED_PLUGINS = "storage.alpha.kubernetes.io/migrated-plugins";

/** Whether the changed claim is one that the pod uses; `ephemeral`: also by a generated name. */
export function isClaimOf({ pod, after }: HintInput, ephemeral: boolean): boolean {
  const claim = cast<PersistentVolumeClaim>(after);
  if (claim.metadata.namespace !== pod.metadata.namespace) return false;
  return (pod.spec.volumes ?? []).some(
    (volume) => (ephemeral || volume.ephemeral === undefined) && claimNameOf(pod, volume) === claim.metadata.name,
  );
}

/** Events that may let a pod find its volumes. */
export const BINDING_EVENTS: readonly EventRegistration[] = [
  {
    resource: "StorageClass",
    actions: ACTION.Add | ACTION.Update,
    hint: ({ before, after }) =>
      before === undefined ||
      !sameData(cast<StorageClass>(before).allowedTopologies, cast<StorageClass>(after).allowedTopologies),
  },
  { resource: "PersistentVolumeClaim", actions: ACTION.Add | ACTION.Update, hint: (input) => isClaimOf(input, true) },
  { resource: "PersistentVolume", actions: ACTION.Add | ACTION.Update },
  { resource: "Node", actions: ACTION.Add | ACTION.UpdateNodeLabel },
  {
    resource: "CSINode",
    actions: ACTION.Add | ACTION.Update,
    hint: ({ before, after }) => before === undefined || migrated(cast(before)) !== migrated(cast(after)),
  },
  { resource: "CSIDriver", actions: ACTION.Update, hint: capacityCheckEnds },
  { resource: "CSIStorageCapacity", actions: ACTION.Add | ACTION.Update, hint: capacityGrew },
];

function migrated({ metadata }: CSINode): string {
  return metadata.annotations?.[MIGRATED_PLUGINS] ?? "";
}

/** A driver that the pod uses inline no longer tracks capacity. */
function capacityCheckEnds({ pod, before, after }: HintInput): boolean {
  const was = cast<CSIDriver>(before);
  const is = cast<CSIDriver>(after);
  const uses = (pod.spec.volumes ?? []).some(({ csi }) => csi?.driver === is.metadata.name);
  return uses && was.spec?.storageCapacity === true && is.spec?.storageCapacity !== true;
}

function capacityGrew({ before, after }: HintInput): boolean {
  if (before === undefined) return true;
  const limit = ({ maximumVolumeSize, capacity }: CSIStorageCapacity): number | undefined => {
    const text = maximumVolumeSize ?? capacity;
    return text === undefined ? undefined : quantityValue(text);
  };
  const was = limit(cast(before));
  const is = limit(cast(after));
  return is !== undefined && (was === undefined || is > was);
}

/** Whether the pod was bound, or promised to a node. */
export function wasPlaced(pod: Pod): boolean {
  return (pod.spec.nodeName ?? "") !== "" || (pod.status?.nominatedNodeName ?? "") !== "";
}
