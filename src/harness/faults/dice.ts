/** A tiny random stream in plain data, so that a fault's draws are part of its memory and of nothing else. */
export interface Dice {
  state: number;
}

/** A stream from a whole number. */
export function diceOf(seed: number): Dice {
  return { state: (seed ^ 0x9e3779b9) | 0 };
}

/** The next number in [0, 1) (mulberry32). */
export function roll(dice: Dice): number {
  dice.state = (dice.state + 0x6d2b79f5) | 0;
  let t = Math.imul(dice.state ^ (dice.state >>> 15), 1 | dice.state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}
