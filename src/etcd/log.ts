import type { LogEntry } from "./state.ts";

/**
 * Index of the first entry with a revision above `revision`; the length when there is none. HOT: who asks is rarely far
 * behind, so that the search begins at the end, with steps that double.
 */
export function firstAfter(log: readonly LogEntry[], revision: number): number {
  let high = log.length;
  let low = high;
  for (let step = 1; low > 0; step *= 2) {
    low = Math.max(0, low - step);
    if ((log[low]?.revision ?? 0) <= revision) {
      low += 1;
      break;
    }
    high = low;
  }
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((log[middle]?.revision ?? 0) > revision) high = middle;
    else low = middle + 1;
  }
  return low;
}
