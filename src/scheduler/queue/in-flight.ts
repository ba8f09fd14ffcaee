import type { ApiObject } from "../../api/object.ts";
import type { ClusterEvent } from "./event-registration.ts";
import type { InFlightEvent, QueueState } from "./state.ts";

/** Notes an event for all pods in flight; nothing when there are none. */
export function recordInFlight(queue: QueueState, event: ClusterEvent, before?: ApiObject, after?: ApiObject): void {
  if (queue.inFlight.size === 0) return;
  queue.sequence += 1;
  queue.inFlightEvents.push({ sequence: queue.sequence, event, before, after });
}

/** A pod is popped: it will see the events from now on. */
export function enterInFlight(queue: QueueState, uid: string, mutants: ReadonlySet<string>): void {
  queue.sequence += 1;
  const marker = mutants.has("SCH-28") ? (queue.inFlightEvents.at(-1)?.sequence ?? 0) : queue.sequence;
  queue.inFlight.set(uid, marker);
}

/** Events since the pod was popped. */
export function eventsInFlight(queue: QueueState, uid: string, mutants: ReadonlySet<string>): readonly InFlightEvent[] {
  const since = queue.inFlight.get(uid);
  if (since === undefined) return [];
  const events = queue.inFlightEvents;
  const lost = mutants.has("SCH-28") && since > 0 && !events.some(({ sequence }) => sequence === since);
  return lost ? [] : events.filter(({ sequence }) => sequence > since);
}

/** The attempt is over: events that nobody in flight is older than are dropped. */
export function doneInFlight(queue: QueueState, uid: string): void {
  if (!queue.inFlight.delete(uid) || queue.inFlightEvents.length === 0) return;
  const [oldest] = queue.inFlight.values();
  queue.inFlightEvents = oldest === undefined ? [] : queue.inFlightEvents.filter(({ sequence }) => sequence > oldest);
}
