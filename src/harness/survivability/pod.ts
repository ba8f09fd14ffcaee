import type { ApiObject } from "../../api/object.ts";
import { parseTimestamp } from "../../base/time.ts";
import type { Millis } from "../../base/units.ts";
import { cast } from "../../base/units.ts";
import type { Pod, PodCondition } from "../../api/types/core-v1.ts";
import type { Change } from "../../cluster/world.ts";

/** The object as a Pod; undefined stays undefined. */
export function asPod(object: ApiObject): Pod;
export function asPod(object: ApiObject | undefined): Pod | undefined;
export function asPod(object: ApiObject | undefined): Pod | undefined {
  return cast<Pod | undefined>(object);
}

/** Phase Succeeded or Failed. */
export function isTerminal(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return phase === "Succeeded" || phase === "Failed";
}

export function isTerminating(object: { readonly metadata: { readonly deletionTimestamp?: string } }): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

/** controller.IsPodActive: neither terminal nor terminating. */
export function isActive(pod: Pod): boolean {
  return !isTerminal(pod) && !isTerminating(pod);
}

/** The condition of this type. */
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

/** The node that the pod is bound to; "" when it is not. */
export function nodeOf(pod: Pod | undefined): string {
  return pod?.spec.nodeName ?? "";
}

/** Whether the pod mounts a PersistentVolumeClaim, also a generic ephemeral one. */
export function usesClaims(pod: Pod): boolean {
  return (pod.spec.volumes ?? []).some((v) => v.persistentVolumeClaim !== undefined || v.ephemeral !== undefined);
}

/** Whether the pod came, went or changed its readiness in the last 5 s (and `moreMs`): what counts it may not have caught up yet. */
export function changedLately(pod: Pod, now: Millis, moreMs: Millis = 0): boolean {
  const { creationTimestamp, deletionTimestamp } = pod.metadata;
  const times = [creationTimestamp, deletionTimestamp, podCondition(pod, "Ready")?.lastTransitionTime];
  return times.some((time) => time !== undefined && parseTimestamp(time) > now - SETTLE_MS - moreMs);
}

const SETTLE_MS: Millis = 5000;

/** Whether a write says that containers have been started again. */
export function isRestart({ resource, before, after }: Change): boolean {
  return resource === "pods" && restarts(asPod(after)) > restarts(asPod(before));
}

function restarts(pod: Pod | undefined): number {
  let count = 0;
  for (const { restartCount } of pod?.status?.containerStatuses ?? []) count += restartCount;
  return count;
}
