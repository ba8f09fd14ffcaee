import type { Pod, PodStatus } from "../../api/types/core-v1.ts";

/** The resources that a pod's status shows on pod level. */
export function podStatusResources(_pod: Pod): Pick<PodStatus, "resources" | "allocatedResources"> {
  return { resources: {} };
}
