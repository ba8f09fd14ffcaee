import { parseQuantity } from "./quantity.ts";
import type { Container, PodSpec } from "./types/core-v1.ts";

const COMPUTE = ["cpu", "memory"];

/** Guaranteed, Burstable or BestEffort, by the cpu and memory of all containers. */
export function qosClass(spec: PodSpec): string {
  const containers: readonly Container[] = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  let any = false;
  let guaranteed = true;
  for (const { resources } of containers) {
    for (const name of COMPUTE) {
      const request = positive(resources?.requests?.[name]);
      const limit = positive(resources?.limits?.[name]);
      if (request !== undefined || limit !== undefined) any = true;
      if (limit === undefined || (request ?? limit) !== limit) guaranteed = false;
    }
  }
  if (!any) return "BestEffort";
  return guaranteed ? "Guaranteed" : "Burstable";
}

function positive(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  const value = parseQuantity(text);
  return value === undefined || value <= 0n ? undefined : value;
}
