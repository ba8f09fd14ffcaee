import type { Millis } from "../base/units.ts";

/** client-go's rate-limiting work queue: one key at a time, deduplicated. Plain data. */
export interface WorkQueue {
  /** In order of arrival. */
  readonly ready: Set<string>;
  readonly processing: Set<string>;
  /** Came again while it was being processed. */
  readonly dirty: Set<string>;
  readonly failures: Map<string, number>;
  /** Delayed keys and when they are due. */
  readonly waiting: Map<string, Millis>;
}

const BASE_DELAY_MS = 5;
const MAX_DELAY_MS = 1_000_000;

/** A queue without keys. */
export function emptyWorkQueue(): WorkQueue {
  return { ready: new Set(), processing: new Set(), dirty: new Set(), failures: new Map(), waiting: new Map() };
}

/** Adds a key; one that is being processed comes back when it is done. */
export function addKey(queue: WorkQueue, key: string): void {
  if (queue.processing.has(key)) queue.dirty.add(key);
  else queue.ready.add(key);
}

/** Notes that a key is due at `at`; true when a timer for it is needed (no earlier one waits). */
export function addAfter(queue: WorkQueue, key: string, at: Millis): boolean {
  const waiting = queue.waiting.get(key);
  if (waiting !== undefined && waiting <= at) return false;
  queue.waiting.set(key, at);
  return true;
}

/** The delay before a failed key is tried again: 5 ms, doubling, at most 1000 s. */
export function failureDelay(queue: WorkQueue, key: string): Millis {
  const count = queue.failures.get(key) ?? 0;
  queue.failures.set(key, count + 1);
  return Math.min(BASE_DELAY_MS * 2 ** Math.min(count, 30), MAX_DELAY_MS);
}

/** Takes the oldest ready key. */
export function takeKey(queue: WorkQueue): string | undefined {
  const [key] = queue.ready;
  if (key === undefined) return undefined;
  queue.ready.delete(key);
  queue.processing.add(key);
  return key;
}

/** Ends the processing of a key. */
export function doneKey(queue: WorkQueue, key: string): void {
  queue.processing.delete(key);
  if (queue.dirty.delete(key)) queue.ready.add(key);
}
