import type { Pod, PodStatus } from "../../api/types/core-v1.ts";
import { podTotals } from "./pod-requests.ts";

type PodLevel = Pick<PodStatus, "resources" | "allocatedResources">;

/** The resources that a pod's status shows on pod level: effective requests and limits, and the requests once more as allocated. */
export function podStatusResources(pod: Pod): PodLevel {
  let known = bySpec.get(pod.spec);
  if (known === undefined) {
    known = compute(pod);
    bySpec.set(pod.spec, known);
  }
  return known;
}

/** Specs are immutable, so that what follows from one can be kept as long as it is. */
const bySpec = new WeakMap<Pod["spec"], PodLevel>();

function compute(pod: Pod): PodLevel {
  if (!hasResources(pod)) return { resources: {} };
  const requests = podTotals(pod, "requests");
  const limits = podTotals(pod, "limits");
  const some = (list: object): boolean => Object.keys(list).length > 0;
  return {
    resources: { ...(some(requests) && { requests }), ...(some(limits) && { limits }) },
    ...(some(requests) && { allocatedResources: requests }),
  };
}

function hasResources({ spec }: Pod): boolean {
  if (spec.resources !== undefined || spec.overhead !== undefined) return true;
  const has = ({
    resources,
  }: {
    readonly resources?: { readonly requests?: object; readonly limits?: object };
  }): boolean => resources?.requests !== undefined || resources?.limits !== undefined;
  return spec.containers.some(has) || spec.initContainers?.some(has) === true;
}
