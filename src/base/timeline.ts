import { heapPop, heapPush } from "./heap.ts";

/**
 * Events by the instant at which they happen, and at one instant in the order in which they were added. Plain data. HOT: only
 * the instants lie in a heap, as numbers, so that many events that wait cost nothing.
 */
export interface Timeline<T> {
  /** A heap of the keys of `at`. */
  readonly instants: number[];
  readonly at: Map<number, Instant<T>>;
}

interface Instant<T> {
  readonly events: T[];
  /** Of these, so many have been taken. */
  taken: number;
}

/** Nothing happens. */
export function emptyTimeline<T>(): Timeline<T> {
  return { instants: [], at: new Map() };
}

/** Adds an event: O(log of the instants). */
export function addAt<T>({ instants, at }: Timeline<T>, instant: number, event: T): void {
  const there = at.get(instant);
  if (there !== undefined) {
    there.events.push(event);
    return;
  }
  at.set(instant, { events: [event], taken: 0 });
  heapPush(instants, instant, less);
}

/** When the next event happens; undefined: never. */
export function nextInstant<T>({ instants }: Timeline<T>): number | undefined {
  return instants[0];
}

/** The events of the next instant. */
export function nextEvents<T>(timeline: Timeline<T>): readonly T[] {
  const there = next(timeline);
  if (there === undefined) return [];
  if (there.taken > 0) there.events.splice(0, there.taken);
  there.taken = 0;
  return there.events;
}

/** Takes one of `nextEvents`, by default the first. */
export function takeNext<T>(timeline: Timeline<T>, index = 0): T | undefined {
  const there = next(timeline);
  if (there === undefined) return undefined;
  const { events } = there;
  let event: T | undefined;
  if (index === 0) {
    event = events[there.taken];
    there.taken += 1;
  } else event = events.splice(there.taken + index, 1)[0];
  if (there.taken === events.length) {
    const instant = heapPop(timeline.instants, less);
    if (instant !== undefined) timeline.at.delete(instant);
  }
  return event;
}

/** How many events wait. */
export function waiting<T>({ at }: Timeline<T>): number {
  let count = 0;
  for (const { events, taken } of at.values()) count += events.length - taken;
  return count;
}

function next<T>({ instants, at }: Timeline<T>): Instant<T> | undefined {
  const [first] = instants;
  return first === undefined ? undefined : at.get(first);
}

function less(a: number, b: number): boolean {
  return a < b;
}
