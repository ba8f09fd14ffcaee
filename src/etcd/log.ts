import type { LogEntry } from "./state.ts";

/** Index of the first entry with a revision above `revision`; the length when there is none. */
export function firstAfter(log: readonly LogEntry[], revision: number): number {
  const last = log.at(-1);
  if (last === undefined || last.revision <= revision) return log.length;
  let low = 0;
  let high = log.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((log[middle]?.revision ?? 0) > revision) high = middle;
    else low = middle + 1;
  }
  return low;
}
