import type { Millis } from "../base/units.ts";
import { parseTimestamp } from "../base/time.ts";
import type { Pod, PodCondition } from "../api/types/core-v1.ts";

/** Whether the pod has ended: phase Succeeded or Failed. */
export function isFinished(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return phase === "Succeeded" || phase === "Failed";
}

/** Counts among a controller's pods: neither finished nor being deleted. */
export function isActive(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp === undefined && !isFinished(pod);
}

/** Being deleted and not finished yet. */
export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined && !isFinished(pod);
}

/** The pod's condition of a type. */
export function podCondition(pod: Pod, type: string): PodCondition | undefined {
  const conditions = pod.status?.conditions;
  if (conditions === undefined) return undefined;
  for (const condition of conditions) if (condition.type === type) return condition;
  return undefined;
}

/** Condition Ready is True. */
export function isReady(pod: Pod): boolean {
  return podCondition(pod, "Ready")?.status === "True";
}

/** When the pod becomes available if it stays ready: ready transition + minReadySeconds; undefined when not ready. */
export function availableAt(pod: Pod, minReadySeconds: number): Millis | undefined {
  const ready = podCondition(pod, "Ready");
  if (ready?.status !== "True") return undefined;
  if (minReadySeconds === 0) return Number.NEGATIVE_INFINITY;
  if (ready.lastTransitionTime === undefined) return undefined;
  return parseTimestamp(ready.lastTransitionTime) + minReadySeconds * 1000;
}

/** Ready for at least minReadySeconds. */
export function isAvailable(pod: Pod, minReadySeconds: number, now: Millis): boolean {
  const at = availableAt(pod, minReadySeconds);
  return at !== undefined && at <= now;
}
