import type { ApiObject } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { heapPop, heapPush } from "../../base/heap.ts";
import type { Less } from "../../base/heap.ts";
import type { Millis } from "../../base/units.ts";
import { podKey, podUid } from "../cache/pod-info.ts";
import type { Objects } from "../framework/objects.ts";
import type { Profile } from "../framework/profile.ts";
import { backoffExpiration, isBackingOff } from "./backoff.ts";
import { FORCE_ACTIVATE, podEvents, UNSCHEDULABLE_TIMEOUT } from "./derived-events.ts";
import type { ClusterEvent } from "./event-registration.ts";
import { heapFix, heapRemove } from "./heap-remove.ts";
import { doneInFlight, enterInFlight, eventsInFlight, recordInFlight } from "./in-flight.ts";
import type { Nominator } from "./nominator.ts";
import { nominate, renominate, withdraw } from "./nominator.ts";
import { isOfInterest } from "./registrations.ts";
import type { QueuedPodInfo, QueueState, QueueTimes } from "./state.ts";
import type { Strategy } from "./strategy.ts";
import { isGatedFor, strategyFor } from "./strategy.ts";

/** What the queue works with besides its state. */
export interface QueueContext {
  readonly queue: QueueState;
  readonly nominator: Nominator;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly objects: Objects;
  readonly times: QueueTimes;
  readonly now: Millis;
  readonly mutants: ReadonlySet<string>;
  /** Whether a pod waits for victims of its own to be asked to go; absent where that happens within the attempt. */
  readonly isPreempting?: (uid: string) => boolean;
}

const NONE: ReadonlySet<string> = new Set();

/** A new pending pod. */
export function addToQueue(context: QueueContext, pod: Pod): void {
  const info = newInfo(context, pod);
  if (toActive(context, info)) nominate(context.nominator, pod);
}

/** Takes the next pod to try: from the active queue, or while that is empty from the backoff queue. */
export function popFromQueue(context: QueueContext): QueuedPodInfo | undefined {
  const { queue } = context;
  const info = heapPop(queue.active, orderOf(context)) ?? heapPop(queue.backoff, backoffLess(context));
  if (info === undefined) return undefined;
  leave(queue, info);
  info.attempts += 1;
  enterInFlight(queue, podUid(info.pod), context.mutants);
  return info;
}

/** Whether a pop would give a pod. */
export function canPop({ queue }: QueueContext): boolean {
  return queue.active.length > 0 || queue.backoff.length > 0;
}

/** Puts a pod back after a failed attempt (AddUnschedulableIfNotPresent); its plugin sets are those of the failure. */
export function requeue(context: QueueContext, info: QueuedPodInfo): void {
  const { queue } = context;
  const uid = podUid(info.pod);
  if (queue.queued.has(podKey(info.pod))) {
    doneInFlight(queue, uid);
    return;
  }
  if (info.unschedulablePlugins.size === 0 && info.pendingPlugins.size === 0) info.consecutiveErrors += 1;
  else {
    info.unschedulableCount += 1;
    info.consecutiveErrors = 0;
  }
  info.timestamp = context.now;
  info.backoffExpiration = undefined;
  place(context, info, strategyInFlight(context, info, uid));
  doneInFlight(queue, uid);
}

/** A pending pod changed. */
export function updateInQueue(context: QueueContext, before: Pod, after: Pod): void {
  const { queue, nominator } = context;
  const events = podEvents(before, after);
  if (queue.inFlight.has(podUid(after)) && !context.mutants.has("SCH-02")) {
    for (const event of events) recordInFlight(queue, event, before, after);
    return;
  }
  const info = queue.queued.get(podKey(after));
  if (info === undefined) {
    const added = newInfo(context, after);
    if (toActive(context, added)) nominate(nominator, after);
    return;
  }
  info.pod = after;
  renominate(nominator, before, after);
  if (info.place !== "unschedulable") {
    reorder(context, info);
    return;
  }
  for (const event of events) {
    const strategy = strategyFor(context, info, event, before, after);
    if (strategy === "skip") continue;
    leave(queue, info);
    place(context, info, strategy);
    if (queue.queued.get(podKey(after))?.place !== "unschedulable") return;
  }
}

/** A pending pod is gone, or was bound. */
export function deleteFromQueue(context: QueueContext, pod: Pod): void {
  const { queue, nominator, mutants } = context;
  if (!mutants.has("SCH-23")) withdraw(nominator, podUid(pod));
  const info = queue.queued.get(podKey(pod));
  if (info === undefined) return;
  if (info.place === "active") heapRemove(queue.active, info, orderOf(context));
  else if (info.place === "backoff") heapRemove(queue.backoff, info, backoffLess(context));
  else if (info.place === "errorBackoff") heapRemove(queue.errorBackoff, info, errorLess(context));
  leave(queue, info);
}

/** Something happened that may help waiting pods; `check` leaves some of them out. */
export function moveAll(
  context: QueueContext,
  event: ClusterEvent,
  before?: ApiObject,
  after?: ApiObject,
  check?: (pod: Pod) => boolean,
): void {
  const { queue } = context;
  if (queue.unschedulable.size === 0 && queue.inFlight.size === 0) return;
  if (!isOfInterest(context.profiles.values(), event)) return;
  for (const info of [...queue.unschedulable.values()])
    if (check === undefined || check(info.pod)) moveOne(context, info, event, before, after);
  recordInFlight(queue, event, before, after);
}

/** Forces pods into the active queue, whatever they wait for. */
export function activate(context: QueueContext, pods: readonly Pod[]): void {
  const { queue } = context;
  for (const pod of pods) {
    const info = queue.queued.get(podKey(pod));
    if (info === undefined) {
      if (queue.inFlight.has(podUid(pod))) recordInFlight(queue, FORCE_ACTIVATE, undefined, pod);
      continue;
    }
    if (info.place === "active") continue;
    const waiting = info.place === "unschedulable";
    if (info.place === "backoff") heapRemove(queue.backoff, info, backoffLess(context));
    if (info.place === "errorBackoff") heapRemove(queue.errorBackoff, info, errorLess(context));
    leave(queue, info);
    toActive(context, info, !waiting);
  }
}

/** Moves pods whose backoff is over to the active queue; runs at whole seconds. */
export function flushBackoff(context: QueueContext): void {
  const { queue, times, now } = context;
  for (const [heap, less] of [
    [queue.backoff, backoffLess(context)],
    [queue.errorBackoff, errorLess(context)],
  ] as const) {
    for (let head = heap[0]; head !== undefined && !isBackingOff(head, times, now); head = heap[0]) {
      heapPop(heap, less);
      leave(queue, head);
      toActive(context, head, true);
    }
  }
}

/** Wakes pods that no event woke for too long; runs every 30 s. */
export function flushUnschedulable(context: QueueContext): void {
  const { queue, times, now } = context;
  const due = [...queue.unschedulable.values()].filter(({ timestamp }) => now - timestamp > times.maxInUnschedulable);
  for (const info of due) moveOne(context, info, UNSCHEDULABLE_TIMEOUT);
  if (due.length > 0) recordInFlight(queue, UNSCHEDULABLE_TIMEOUT);
}

function newInfo({ queue, now }: QueueContext, pod: Pod): QueuedPodInfo {
  queue.sequence += 1;
  return {
    pod,
    timestamp: now,
    initialAttempt: undefined,
    attempts: 0,
    unschedulableCount: 0,
    consecutiveErrors: 0,
    backoffExpiration: undefined,
    unschedulablePlugins: NONE,
    pendingPlugins: NONE,
    gatingPlugin: undefined,
    place: "out",
    sequence: queue.sequence,
  };
}

function moveOne(
  context: QueueContext,
  info: QueuedPodInfo,
  event: ClusterEvent,
  before?: ApiObject,
  after?: ApiObject,
): void {
  if (isGatedFor(context, info, event)) return;
  const strategy = strategyFor(context, info, event, before, after);
  if (strategy === "skip") return;
  leave(context.queue, info);
  place(context, info, strategy);
}

function strategyInFlight(context: QueueContext, info: QueuedPodInfo, uid: string): Strategy {
  if (info.unschedulablePlugins.size === 0 && info.pendingPlugins.size === 0) return "afterBackoff";
  let strategy: Strategy = "skip";
  for (const { event, before, after } of eventsInFlight(context.queue, uid, context.mutants)) {
    const one = strategyFor(context, info, event, before, after);
    if (one === "skip") continue;
    strategy = one;
    if (one === "immediately" || info.pendingPlugins.size === 0) break;
  }
  return strategy;
}

function place(context: QueueContext, info: QueuedPodInfo, strategy: Strategy): void {
  if (strategy === "skip") toUnschedulable(context.queue, info);
  else if (
    strategy === "afterBackoff" &&
    isBackingOff(info, context.times, context.now) &&
    !context.mutants.has("SCH-32")
  )
    toBackoff(context, info);
  else toActive(context, info);
}

function toActive(context: QueueContext, info: QueuedPodInfo, skipPreEnqueue = false): boolean {
  const { queue } = context;
  if (!skipPreEnqueue && !passesPreEnqueue(context, info)) return false;
  info.initialAttempt ??= context.now;
  enter(queue, info, "active");
  heapPush(queue.active, info, orderOf(context));
  return true;
}

function toBackoff(context: QueueContext, info: QueuedPodInfo): void {
  const { queue } = context;
  if (!passesPreEnqueue(context, info)) return;
  const failedByError = info.unschedulablePlugins.size === 0 && info.pendingPlugins.size === 0;
  enter(queue, info, failedByError ? "errorBackoff" : "backoff");
  if (failedByError) heapPush(queue.errorBackoff, info, errorLess(context));
  else heapPush(queue.backoff, info, backoffLess(context));
}

function toUnschedulable(queue: QueueState, info: QueuedPodInfo): void {
  enter(queue, info, "unschedulable");
  queue.unschedulable.set(podKey(info.pod), info);
}

/** Runs the PreEnqueue plugins, the one that gated last first; a gated pod goes to the unschedulable ones. */
function passesPreEnqueue(context: QueueContext, info: QueuedPodInfo): boolean {
  const plugins = context.profiles.get(info.pod.spec.schedulerName ?? "default-scheduler")?.plugins.preEnqueue ?? [];
  for (const plugin of plugins) {
    if (plugin.preEnqueue?.(info.pod, context.objects, context.isPreempting) === undefined) continue;
    info.gatingPlugin = plugin.name;
    info.unschedulablePlugins = new Set([...info.unschedulablePlugins, plugin.name]);
    toUnschedulable(context.queue, info);
    return false;
  }
  info.gatingPlugin = undefined;
  return true;
}

function enter(queue: QueueState, info: QueuedPodInfo, where: QueuedPodInfo["place"]): void {
  queue.sequence += 1;
  info.sequence = queue.sequence;
  info.place = where;
  queue.queued.set(podKey(info.pod), info);
}

function leave(queue: QueueState, info: QueuedPodInfo): void {
  const key = podKey(info.pod);
  info.place = "out";
  queue.queued.delete(key);
  queue.unschedulable.delete(key);
}

function reorder(context: QueueContext, info: QueuedPodInfo): void {
  const { queue } = context;
  if (info.place === "active") heapFix(queue.active, queue.active.indexOf(info), orderOf(context));
  else if (info.place === "backoff") heapFix(queue.backoff, queue.backoff.indexOf(info), backoffLess(context));
}

/** Order of the active queue: PrioritySort, then the order of entry. */
export function activeLess(a: QueuedPodInfo, b: QueuedPodInfo): boolean {
  return (compareInQueue(a, b) || a.sequence - b.sequence) < 0;
}

/** The order of the plugin that sorts the queue, the same in all profiles; equal pods keep the order of entry. */
function orderOf({ profiles }: QueueContext): Less<QueuedPodInfo> {
  const [first] = profiles.values();
  const sort = first?.plugins.queueSort[0];
  const compare = sort?.compare?.bind(sort);
  if (compare === undefined || sort?.name === "PrioritySort") return activeLess;
  return (a, b) => (compare(a, b) || a.sequence - b.sequence) < 0;
}

/** PrioritySort. */
function compareInQueue(a: QueuedPodInfo, b: QueuedPodInfo): number {
  return (b.pod.spec.priority ?? 0) - (a.pod.spec.priority ?? 0) || a.timestamp - b.timestamp;
}

function backoffLess(context: QueueContext): Less<QueuedPodInfo> {
  const { times } = context;
  const less = orderOf(context);
  return (a, b) => {
    const order = (backoffExpiration(a, times) ?? 0) - (backoffExpiration(b, times) ?? 0);
    return order === 0 ? less(a, b) : order < 0;
  };
}

function errorLess({ times }: QueueContext): Less<QueuedPodInfo> {
  return (a, b) => {
    const order = (backoffExpiration(a, times) ?? 0) - (backoffExpiration(b, times) ?? 0);
    return order === 0 ? a.sequence < b.sequence : order < 0;
  };
}
