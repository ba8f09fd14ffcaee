import { quantityMilli, quantityValue } from "../../api/quantity.ts";
import type { Container } from "../../api/types/core-v1.ts";
import type { RuntimeResources } from "../cri/runtime-state.ts";

/** What the runtime is told of a container's requests and limits. */
export function runtimeResources(container: Container): RuntimeResources | undefined {
  const { requests, limits } = container.resources ?? {};
  if (requests === undefined && limits === undefined) return undefined;
  return {
    ...(requests?.cpu !== undefined && { cpuRequest: quantityMilli(requests.cpu) }),
    ...(limits?.cpu !== undefined && { cpuLimit: quantityMilli(limits.cpu) }),
    ...(limits?.memory !== undefined && { memoryLimit: quantityValue(limits.memory) }),
  };
}
