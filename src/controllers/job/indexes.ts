import type { Pod } from "../../api/types/core-v1.ts";

export const COMPLETION_INDEX = "batch.kubernetes.io/job-completion-index";

/** Runs of completion indexes, ascending, neither touching nor overlapping: [[1, 1], [3, 5]]. */
export type Intervals = readonly (readonly [first: number, last: number])[];

/** The pod's completion index; undefined when it has none. */
export function completionIndex(pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[COMPLETION_INDEX];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** "1,3-5" as intervals; indexes from `completions` on are dropped. */
export function parseIntervals(text: string | undefined, completions: number): Intervals {
  const indexes: (readonly [number, number])[] = [];
  for (const part of (text ?? "").split(",")) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (match === null || Number(match[1]) >= completions) continue;
    indexes.push([Number(match[1]), Math.min(Number(match[2] ?? match[1]), completions - 1)]);
  }
  return merged(indexes, []);
}

/** Intervals as upstream prints them: a run of two as "1,2", of three as "1-3". */
export function printIntervals(intervals: Intervals): string {
  return intervals
    .map(([first, last]) =>
      first === last ? `${first}` : last === first + 1 ? `${first},${last}` : `${first}-${last}`,
    )
    .join(",");
}

/** The union of two sets of intervals. */
export function merged(a: Intervals, b: Intervals): Intervals {
  const all = [...a, ...b].sort((x, y) => x[0] - y[0] || x[1] - y[1]);
  const union: [number, number][] = [];
  for (const [first, last] of all) {
    const end = union.at(-1);
    if (end !== undefined && first <= end[1] + 1) end[1] = Math.max(end[1], last);
    else union.push([first, last]);
  }
  return union;
}

/** Intervals with single indexes added. */
export function withIndexes(intervals: Intervals, indexes: Iterable<number>): Intervals {
  const singles = [...indexes].map((index) => [index, index] as const);
  return singles.length === 0 ? intervals : merged(intervals, singles);
}

/** How many indexes there are. */
export function countIndexes(intervals: Intervals): number {
  return intervals.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** Whether an index is among them. */
export function hasIndex(intervals: Intervals, index: number): boolean {
  return intervals.some(([first, last]) => first <= index && index <= last);
}

/** The lowest indexes that are in none of `taken`. */
export function firstFree(taken: Intervals, count: number, completions: number): readonly number[] {
  const free: number[] = [];
  for (let index = 0; index < completions && free.length < count; index += 1)
    if (!hasIndex(taken, index)) free.push(index);
  return free;
}

/** How many indexes are in both. */
export function countCommon(a: Intervals, b: Intervals): number {
  let common = 0;
  for (const [first, last] of a)
    for (const [from, to] of b) common += Math.max(0, Math.min(last, to) - Math.max(first, from) + 1);
  return common;
}
