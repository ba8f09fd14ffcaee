import type { ApiObject } from "../../../api/object.ts";
import { controllerOf } from "../../../api/object.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import type { Objects } from "../../framework/objects.ts";

/** The claims of a pod, or why one of them cannot be used yet. */
export function claimsOf(pod: Pod, objects: Objects): readonly ApiObject[] | string {
  const found: ApiObject[] = [];
  for (const { name, resourceClaimName } of pod.spec.resourceClaims ?? []) {
    const generated = pod.status?.resourceClaimStatuses?.find((status) => status.name === name);
    if (resourceClaimName === undefined && generated === undefined)
      return `pod "${pod.metadata.namespace ?? ""}/${pod.metadata.name}": resourceclaim not created yet`;
    const claimName = resourceClaimName ?? generated?.resourceClaimName;
    if (claimName === undefined) continue;
    const claim = objects.get("resourceclaims.resource.k8s.io", `${pod.metadata.namespace ?? ""}/${claimName}`);
    if (claim === undefined) return `resourceclaim.resource.k8s.io "${claimName}" not found`;
    if (claim.metadata.deletionTimestamp !== undefined) return `resourceclaim "${claimName}" is being deleted`;
    if (resourceClaimName === undefined && controllerOf(claim)?.uid !== pod.metadata.uid)
      return `resourceclaim "${claimName}" was not created for this pod`;
    found.push(claim);
  }
  return found;
}
