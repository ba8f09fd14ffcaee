import type { Millis } from "../../base/units.ts";
import { parseTimestamp } from "../../base/time.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { isReady, podCondition } from "../pods.ts";

const PHASE_ORDER: { readonly [phase: string]: number } = { Pending: 0, Unknown: 1, Running: 2 };
const DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

/** A pod and how many active pods of the same family run on its node. */
export interface RankedPod {
  readonly pod: Pod;
  readonly rank: number;
}

/**
 * Negative: `a` is deleted before `b` (upstream: ActivePodsWithRanks.Less). Not a total order: pods that differ in
 * nothing that counts are equal.
 */
export function compareForDeletion(a: RankedPod, b: RankedPod, now: Millis): number {
  return (
    compareState(a.pod, b.pod) ||
    deletionCost(a.pod) - deletionCost(b.pod) ||
    b.rank - a.rank ||
    compareTimes(a.pod, b.pod, readyTime(a.pod), readyTime(b.pod), now) ||
    compareRestarts(a.pod, b.pod) ||
    compareTimes(a.pod, b.pod, timeOf(a.pod.metadata.creationTimestamp), timeOf(b.pod.metadata.creationTimestamp), now)
  );
}

/** The order without ranks, costs and logarithms that Jobs use (upstream: ActivePods.Less). */
export function compareActivePods(a: Pod, b: Pod): number {
  return (
    compareState(a, b) ||
    newerFirst(readyTime(a), readyTime(b)) ||
    compareRestarts(a, b) ||
    newerFirst(timeOf(a.metadata.creationTimestamp), timeOf(b.metadata.creationTimestamp))
  );
}

/** Unassigned first, then by phase, then those that are not ready. */
function compareState(a: Pod, b: Pod): number {
  const unboundA = (a.spec.nodeName ?? "") === "";
  const unboundB = (b.spec.nodeName ?? "") === "";
  if (unboundA !== unboundB) return unboundA ? -1 : 1;
  const phase = (PHASE_ORDER[a.status?.phase ?? ""] ?? 0) - (PHASE_ORDER[b.status?.phase ?? ""] ?? 0);
  if (phase !== 0) return phase;
  const readyA = isReady(a);
  if (readyA !== isReady(b)) return readyA ? 1 : -1;
  return 0;
}

/** The pod's deletion cost: a 32-bit number, 0 when absent or malformed. */
export function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.[DELETION_COST];
  if (text === undefined || !/^(0|-?[1-9]\d*)$/.test(text)) return 0;
  const cost = Number(text);
  return cost >= -0x80000000 && cost <= 0x7fffffff ? cost : 0;
}

/** Since when the pod is ready; undefined when it is not, NaN when it does not say. */
function readyTime(pod: Pod): Millis | undefined {
  return isReady(pod) ? timeOf(podCondition(pod, "Ready")?.lastTransitionTime) : undefined;
}

function timeOf(text: string | undefined): Millis {
  return text === undefined ? Number.NaN : parseTimestamp(text);
}

/** Younger first, where ages count by powers of two of nanoseconds; equal powers by UID. Equal times do not decide. */
function compareTimes(a: Pod, b: Pod, timeA: Millis | undefined, timeB: Millis | undefined, now: Millis): number {
  if (timeA === undefined || timeB === undefined || Object.is(timeA, timeB)) return 0;
  if (Number.isNaN(timeA) || Number.isNaN(timeB)) return newerFirst(timeA, timeB);
  const difference = logAge(now - timeA) - logAge(now - timeB);
  return difference !== 0 ? difference : a.metadata.uid < b.metadata.uid ? -1 : 1;
}

/** ⌊log2(age in nanoseconds)⌋, −1 for ages that are not positive. */
function logAge(age: Millis): number {
  return age > 0 ? Math.trunc(Math.log2(age * 1e6)) : -1;
}

function newerFirst(timeA: Millis | undefined, timeB: Millis | undefined): number {
  if (timeA === undefined || timeB === undefined || Object.is(timeA, timeB)) return 0;
  if (Number.isNaN(timeA)) return -1;
  return Number.isNaN(timeB) ? 1 : timeB - timeA;
}

/** More restarts first: regular containers, then sidecars. */
function compareRestarts(a: Pod, b: Pod): number {
  const regular = maxRestarts(b.status?.containerStatuses) - maxRestarts(a.status?.containerStatuses);
  return regular !== 0 ? regular : sidecarRestarts(b) - sidecarRestarts(a);
}

function maxRestarts(statuses: readonly { readonly restartCount: number }[] | undefined): number {
  let max = 0;
  for (const { restartCount } of statuses ?? []) max = Math.max(max, restartCount);
  return max;
}

function sidecarRestarts(pod: Pod): number {
  let max = 0;
  for (const { name, restartPolicy } of pod.spec.initContainers ?? []) {
    if (restartPolicy !== "Always") continue;
    max = Math.max(max, maxRestarts(pod.status?.initContainerStatuses?.filter((status) => status.name === name)));
  }
  return max;
}
