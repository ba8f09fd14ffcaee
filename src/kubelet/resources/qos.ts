import type { Container, Pod } from "../../api/types/core-v1.ts";
import { quantityValue, parseQuantity } from "../../api/quantity.ts";

/** Quality of service class of a pod (v1qos.GetPodQOS): set by its status, else by its requests and limits of cpu and memory. */
export function qosClass(pod: Pod): "Guaranteed" | "Burstable" | "BestEffort" {
  const set = pod.status?.qosClass;
  if (set === "Guaranteed" || set === "Burstable" || set === "BestEffort") return set;
  return computeQosClass(pod);
}

/** The class that requests and limits amount to, whatever the status says. */
export function computeQosClass(pod: Pod): "Guaranteed" | "Burstable" | "BestEffort" {
  const level = pod.spec.resources;
  const parts: readonly Pick<Container, "resources">[] =
    level?.requests !== undefined || level?.limits !== undefined
      ? [{ resources: level }]
      : [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const requests = new Map<string, bigint>();
  const limits = new Map<string, bigint>();
  let guaranteed = true;
  for (const { resources } of parts) {
    const limited = new Set<string>();
    for (const name of ["cpu", "memory"]) {
      add(requests, name, resources?.requests?.[name]);
      if (add(limits, name, resources?.limits?.[name])) limited.add(name);
    }
    if (limited.size < 2) guaranteed = false;
  }
  if (requests.size === 0 && limits.size === 0) return "BestEffort";
  if (guaranteed) {
    for (const [name, amount] of requests) if (limits.get(name) !== amount) guaranteed = false;
    if (requests.size !== limits.size) guaranteed = false;
  }
  return guaranteed ? "Guaranteed" : "Burstable";
}

function add(sums: Map<string, bigint>, name: string, text: string | undefined): boolean {
  if (text === undefined || quantityValue(text) === 0) return false;
  sums.set(name, (sums.get(name) ?? 0n) + (parseQuantity(text) ?? 0n));
  return true;
}
