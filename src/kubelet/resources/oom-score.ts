import { quantityValue } from "../../api/quantity.ts";
import type { Container, Pod } from "../../api/types/core-v1.ts";
import { isSidecar } from "../restart-policy.ts";
import { podTotals } from "./pod-requests.ts";
import { computeQosClass } from "./qos.ts";

const GUARANTEED = -997;
const BEST_EFFORT = 1000;

/** OOM score adjustment of a container: the larger its share of the node's memory in requests, the later it is killed. */
export function oomScoreAdjust(pod: Pod, container: Container, memoryCapacity: number): number {
  const { spec, metadata } = pod;
  const mirrored = metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined;
  if (spec.priorityClassName === "system-node-critical" || mirrored) return GUARANTEED;
  const qos = computeQosClass(pod);
  if (qos === "Guaranteed") return GUARANTEED;
  if (qos === "BestEffort") return BEST_EFFORT;
  const rest = sharedRequest(pod);
  const score = (bytes: number): number => 1000 - Math.trunc((1000 * (bytes + rest)) / memoryCapacity);
  let adjust = score(request(container));
  if (spec.initContainers?.includes(container) === true && isSidecar(container))
    adjust = Math.min(adjust, score(Math.min(...spec.containers.map(request))));
  if (adjust < 1000 + GUARANTEED) return 1000 + GUARANTEED;
  return adjust === BEST_EFFORT ? BEST_EFFORT - 1 : adjust;
}

function request(container: Container): number {
  return quantityValue(container.resources?.requests?.memory);
}

/** What a pod-level memory request leaves for each container beyond the containers' own. */
function sharedRequest(pod: Pod): number {
  const { spec } = pod;
  if (spec.resources?.requests === undefined) return 0;
  const { resources: _resources, overhead: _overhead, ...plain } = spec;
  const own = quantityValue(podTotals({ ...pod, spec: plain }, "requests").memory);
  const whole = quantityValue(podTotals({ ...pod, spec: { ...plain, resources: spec.resources } }, "requests").memory);
  const sharers = spec.containers.length + (spec.initContainers ?? []).filter(isSidecar).length;
  return Math.max(0, Math.trunc((whole - own) / sharers));
}
