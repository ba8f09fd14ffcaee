/** Smaller whole numbers down to `least`, boldest first: smaller(10, 0) = 0, 5, 8, 9. */
export function smaller(value: number, least: number): number[] {
  const found: number[] = [];
  if (!Number.isSafeInteger(value)) return found;
  for (let gap = value - least; gap > 0; gap = Math.floor(gap / 2)) found.push(value - gap);
  return found;
}

/** Shorter or rounder durations down to `least`: none of them grows. */
export function shorter(ms: number, least: number): number[] {
  const whole = Math.floor(ms / 1000) * 1000;
  return [...new Set([least, least + Math.floor((ms - least) / 2), whole])].filter(
    (candidate) => candidate >= least && candidate < ms,
  );
}
