/** Scales scores to 0..100 of their maximum, in place; reversed, the highest gets 0. All zero: 0, or 100 when reversed. */
export function normalizeToMax(scores: number[], reverse: boolean): void {
  let max = 0;
  for (const score of scores) if (score > max) max = score;
  for (let i = 0; i < scores.length; i += 1) scores[i] = normalizedToMax(scores[i] ?? 0, max, reverse);
}

/** One score of normalizeToMax: 3 of at most 7 gives 42, reversed 58. */
export function normalizedToMax(score: number, max: number, reverse: boolean): number {
  if (max === 0) return reverse ? 100 : score;
  const scaled = Math.trunc((100 * score) / max);
  return reverse ? 100 - scaled : scaled;
}
