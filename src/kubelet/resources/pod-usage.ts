import type { Container, Pod } from "../../api/types/core-v1.ts";
import { quantityMilli, quantityValue } from "../../api/quantity.ts";
import { isSidecar } from "../restart-policy.ts";

/** What a pod takes of its node at admission. */
export interface PodUsage {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly storageBytes: number;
}

/** The effective requests of a pod: main containers and sidecars together, or an init container with the sidecars before it, and overhead. */
export function podUsage(pod: Pod): PodUsage {
  return {
    cpuMilli: effective(pod, "cpu", quantityMilli),
    memoryBytes: effective(pod, "memory", quantityValue),
    storageBytes: effective(pod, "ephemeral-storage", quantityValue),
  };
}

function effective(pod: Pod, resource: string, value: (text: string | undefined) => number): number {
  const of = (c: Container): number => value(c.resources?.requests?.[resource]);
  let main = 0;
  for (const container of pod.spec.containers) main += of(container);
  let sidecars = 0;
  let peak = 0;
  for (const container of pod.spec.initContainers ?? []) {
    if (isSidecar(container)) {
      sidecars += of(container);
      peak = Math.max(peak, sidecars);
    } else peak = Math.max(peak, sidecars + of(container));
  }
  const podLevel = pod.spec.resources?.requests?.[resource];
  const sum = podLevel === undefined ? Math.max(main + sidecars, peak) : value(podLevel);
  return sum + value(pod.spec.overhead?.[resource]);
}
