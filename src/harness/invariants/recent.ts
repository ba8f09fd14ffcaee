import type { Millis } from "../../base/units.ts";

/** How far back a decision may look in a calm control plane: watch delay, batching and a slow answer together. */
export const LAG_MS: Millis = 10_000;

/** Values that a thing had until not long ago, oldest first: plain data. */
export type Past<T> = { readonly value: T; readonly until: Millis }[];

/** Notes that `value` held until `now`, and forgets what nobody may still act on. */
export function leave<T>(past: Past<T>, value: T, now: Millis): void {
  let stale = 0;
  for (const { until } of past) {
    if (until + LAG_MS >= now) break;
    stale += 1;
  }
  if (stale > 0) past.splice(0, stale);
  past.push({ value, until: now });
}

/** Whether `test` holds now or held at some moment of the last LAG_MS. */
export function heldRecently<T>(
  past: Past<T> | undefined,
  current: T | undefined,
  now: Millis,
  test: (value: T) => boolean,
): boolean {
  if (current !== undefined && test(current)) return true;
  return (past ?? []).some(({ value, until }) => until + LAG_MS >= now && test(value));
}

/** The greatest `measure` of now and the last LAG_MS. */
export function mostRecently<T>(
  past: Past<T> | undefined,
  current: T,
  now: Millis,
  measure: (value: T) => number,
): number {
  let most = measure(current);
  for (const { value, until } of past ?? []) if (until + LAG_MS >= now) most = Math.max(most, measure(value));
  return most;
}
