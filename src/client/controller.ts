import type { Millis } from "../base/units.ts";
import type { ApiObject } from "../api/object.ts";
import type { Request, Response } from "../api/request.ts";
import type { StatusReason } from "../api/status.ts";
import type { InformerEvent, RecordedEvent, WatchSpec } from "./component.ts";
import type { Listers } from "./informer.ts";

/** One API write of a reconcile. */
export interface Write {
  readonly request: Request;
  /** Counted among the key's expectations until the informer shows it (creations by count, deletions by uid). */
  readonly expect?: { readonly kind: "creation" } | { readonly kind: "deletion"; readonly uid: string };
  /** Refusals that count as success, e.g. NotFound of a delete. */
  readonly ignore?: readonly StatusReason[];
  /** Plain data that comes back with the reply, for `then: "replies"`. */
  readonly note?: unknown;
}

/** Writes in one inner list go out together (a slow-start batch); the next list waits until all have succeeded. */
export type WriteSteps = readonly (readonly Write[])[];

/** What a reconcile wants done. The cluster performs it; anything may happen between two writes. */
export interface Intents<M = unknown> {
  readonly writes: WriteSteps;
  /** Look at the key again after so many milliseconds (AddAfter), whatever else happens. */
  readonly requeueAfter?: Millis;
  /** The sync failed without a write failing: retry with the queue's back-off. */
  readonly failed?: string;
  /** "replies": when the writes are done, call again at once with their answers (also refused ones) in `sync.replies`. */
  readonly then?: "replies";
  readonly events?: readonly RecordedEvent[];
  /** The controller's new memory, if it changed. */
  readonly memory?: M;
}

/** Everything that one call of a reconcile may look at. */
export interface Sync<M = unknown> {
  readonly key: string;
  readonly now: Millis;
  readonly listers: Listers;
  /** False while creations or deletions of this key are not yet visible in the informers. */
  readonly expectationsSatisfied: boolean;
  /** Answers to all writes of this sync so far, when called again by `then: "replies"`. */
  readonly replies: readonly Reply[];
  /** The controller's own memory (plain data, lost at a crash). */
  readonly memory: M;
  readonly random: (stream: string) => number;
}

export interface Reply {
  readonly write: Write;
  readonly response: Response;
}

/** Which keys a change wakes; `afterMs` delays (batching), and an already waiting earlier wake-up wins. */
export interface Wake {
  readonly key: string;
  readonly afterMs?: Millis;
}

/** A controller of kube-controller-manager: level-driven, one key at a time. */
export interface Controller<M = unknown> {
  /** Upstream's name as it appears in Events: "replicaset-controller". */
  readonly name: string;
  /** Upstream's default number of concurrent syncs. */
  readonly workers: number;
  readonly watches: readonly WatchSpec[];
  /** Keys to sync after a change of an informer. */
  wakes(event: InformerEvent, listers: Listers): readonly Wake[];
  /** Keys to sync once all informers have listed, besides those of `wakes` (periodic controllers name themselves). */
  readonly startKeys?: readonly string[];
  /** The key whose expectations an informer event fulfils: the controller owner's key. */
  expectationKey?(object: ApiObject, listers: Listers): string | undefined;
  initialMemory(): M;
  /** Decides, never acts: the same sync gives the same intents. */
  reconcile(sync: Sync<M>): Intents<M>;
}

export const nothing: Intents<never> = { writes: [] };
