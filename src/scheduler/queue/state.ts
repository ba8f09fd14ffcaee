import type { ApiObject } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Millis } from "../../base/units.ts";
import type { ClusterEvent } from "./event-registration.ts";

/** Where a queued pod waits; "out": popped, or gone. */
export type Place = "active" | "backoff" | "errorBackoff" | "unschedulable" | "out";

/** A pod on its way through the queue. */
export interface QueuedPodInfo {
  pod: Pod;
  /** When it was last (re-)added. */
  timestamp: Millis;
  /** When it first entered the active queue. */
  initialAttempt: Millis | undefined;
  attempts: number;
  unschedulableCount: number;
  consecutiveErrors: number;
  /** Whole second at which backoff ends; undefined: not computed since the last failure. */
  backoffExpiration: Millis | undefined;
  unschedulablePlugins: ReadonlySet<string>;
  pendingPlugins: ReadonlySet<string>;
  /** The PreEnqueue plugin that holds the pod back. */
  gatingPlugin: string | undefined;
  place: Place;
  /** Order of entry, for pods that are equal otherwise. */
  sequence: number;
}

/** An event that happened while pods were in flight. */
export interface InFlightEvent {
  readonly sequence: number;
  readonly event: ClusterEvent;
  readonly before: ApiObject | undefined;
  readonly after: ApiObject | undefined;
}

/** The scheduling queue: plain data. */
export interface QueueState {
  /** Heaps. */
  readonly active: QueuedPodInfo[];
  readonly backoff: QueuedPodInfo[];
  readonly errorBackoff: QueuedPodInfo[];
  /** Pods that no backoff but an event must wake, by key. */
  readonly unschedulable: Map<string, QueuedPodInfo>;
  /** All queued pods by key. */
  readonly queued: Map<string, QueuedPodInfo>;
  /** Sequence number at the pop of each pod in flight, by UID, oldest first. */
  readonly inFlight: Map<string, number>;
  inFlightEvents: InFlightEvent[];
  sequence: number;
}

/** Times of the queue. */
export interface QueueTimes {
  readonly initialBackoff: Millis;
  readonly maxBackoff: Millis;
  readonly maxInUnschedulable: Millis;
}

/** A queue without pods. */
export function emptyQueue(): QueueState {
  return {
    active: [],
    backoff: [],
    errorBackoff: [],
    unschedulable: new Map(),
    queued: new Map(),
    inFlight: new Map(),
    inFlightEvents: [],
    sequence: 0,
  };
}
