import type { Millis } from "../base/units.ts";

/** The first multiple of `period` that is not before `now`: periodic controllers keep this phase. */
export function tickAtOrAfter(now: Millis, period: Millis): Millis {
  return Math.ceil(now / period) * period;
}

/** The first multiple of `period` after `now`. */
export function tickAfter(now: Millis, period: Millis): Millis {
  return (Math.floor(now / period) + 1) * period;
}
