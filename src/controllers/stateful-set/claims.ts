import { cast } from "../../base/units.ts";
import type { StatefulSet } from "../../api/types/apps-v1.ts";
import type { PersistentVolumeClaim, Pod } from "../../api/types/core-v1.ts";
import type { OwnerReference } from "../../api/types/meta-v1.ts";
import type { Listers } from "../../client/informer.ts";
import type { Write } from "../../client/controller.ts";
import { controllerReference, create, ignoring, patch, targetOf } from "../requests.ts";
import { claimsOf, parentAndOrdinal } from "./pods.ts";

const CLAIMS = "persistentvolumeclaims";

/** Creations of the claims that an ordinal's pod lacks; undefined while an old claim is still going. */
export function missingClaims(set: StatefulSet, ordinal: number, listers: Listers): readonly Write[] | undefined {
  const writes: Write[] = [];
  for (const { name, claim } of claimsOf(set, ordinal)) {
    const key = `${set.metadata.namespace ?? ""}/${name}`;
    const present = listers.of(CLAIMS).get(key);
    if (present?.metadata.deletionTimestamp !== undefined) return undefined;
    if (present === undefined)
      writes.push(ignoring(create(CLAIMS, set.metadata.namespace, newClaim(set, name, claim)), "AlreadyExists"));
  }
  return writes;
}

function newClaim(set: StatefulSet, name: string, { metadata, spec }: PersistentVolumeClaim): unknown {
  const { matchLabels } = set.spec?.selector ?? {};
  const labels = { ...metadata.labels, ...matchLabels };
  const owners = wantedOwners(set, undefined, false);
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name,
      namespace: set.metadata.namespace,
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(metadata.annotations !== undefined && { annotations: metadata.annotations }),
      ...(owners.length > 0 && { ownerReferences: owners }),
    },
    spec,
  };
}

/** Owners by spec.persistentVolumeClaimRetentionPolicy: the set, the condemned pod, or none. */
function wantedOwners(set: StatefulSet, pod: Pod | undefined, condemned: boolean): readonly OwnerReference[] {
  const { whenDeleted = "Retain", whenScaled = "Retain" } = set.spec?.persistentVolumeClaimRetentionPolicy ?? {};
  if (whenScaled === "Delete" && condemned && pod !== undefined) return [controllerReference(pod)];
  if (whenDeleted === "Delete") return [controllerReference(set)];
  return [];
}

/** Patches of the claims of a pod whose owners do not follow the retention policy. */
export function ownerFixes(set: StatefulSet, pod: Pod, condemned: boolean, listers: Listers): readonly Write[] {
  const { ordinal } = parentAndOrdinal(pod.metadata.name);
  const writes: Write[] = [];
  for (const { name } of claimsOf(set, ordinal)) {
    const claim = cast<PersistentVolumeClaim | undefined>(
      listers.of(CLAIMS).get(`${set.metadata.namespace ?? ""}/${name}`),
    );
    if (claim === undefined) continue;
    const owners = claim.metadata.ownerReferences ?? [];
    const foreign = owners.some(
      ({ controller, uid }) => controller === true && uid !== set.metadata.uid && uid !== pod.metadata.uid,
    );
    if (foreign) continue;
    const others = owners.filter(({ uid }) => uid !== set.metadata.uid && uid !== pod.metadata.uid);
    const wanted = [...others, ...wantedOwners(set, pod, condemned)];
    const same =
      wanted.length === owners.length && wanted.every(({ uid }) => owners.some((owner) => owner.uid === uid));
    if (same) continue;
    const body = {
      metadata: { resourceVersion: claim.metadata.resourceVersion, ownerReferences: wanted.length > 0 ? wanted : null },
    };
    writes.push(patch(targetOf(CLAIMS, claim), "merge", body));
  }
  return writes;
}
