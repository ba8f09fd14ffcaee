// HOT: rows by score in bit sets; scanning all rows with select-host.ts is the slow oracle.
import { preorderKey } from "../select-host.ts";

/** Rows that fit, by their score, so that the best one is found without a look at the others. */
export interface BestRows {
  readonly n: number;
  /** A bit for each row that fits. */
  readonly fitting: Uint32Array;
  /** Rows that fit before each word of `fitting`; stale after a change. */
  readonly before: Int32Array;
  stale: boolean;
  feasible: number;
  /** A bit for each row with the score that is the index. */
  readonly rows: (Uint32Array | undefined)[];
  readonly counts: Int32Array;
  /** No row has a higher score. */
  top: number;
}

/** Scores above are not kept ready: weights far from the default ones. */
export const SCORE_MAX = 2047;

/** Sets of at most so many rows are walked; in larger ones the search descends the heap. */
const FEW = 24;

/** No row fits yet. */
export function emptyBestRows(n: number): BestRows {
  const words = (n + 31) >>> 5;
  return {
    n,
    fitting: new Uint32Array(words),
    before: new Int32Array(words + 1),
    stale: true,
    feasible: 0,
    rows: [],
    counts: new Int32Array(SCORE_MAX + 1),
    top: 0,
  };
}

/** The score of a row changed; -1: it does not fit. */
export function moveRow(best: BestRows, row: number, from: number, to: number): void {
  if (from === to) return;
  const word = row >>> 5;
  const bit = 1 << (row & 31);
  if (from >= 0) {
    const bits = best.rows[from] as Uint32Array;
    bits[word] = (bits[word] as number) & ~bit;
    best.counts[from] = (best.counts[from] as number) - 1;
  }
  if (to >= 0) {
    const bits = (best.rows[to] ??= new Uint32Array(best.fitting.length));
    bits[word] = (bits[word] as number) | bit;
    best.counts[to] = (best.counts[to] as number) + 1;
    if (to > best.top) best.top = to;
  }
  if (from >= 0 === to >= 0) return;
  best.fitting[word] = (best.fitting[word] as number) ^ bit;
  best.feasible += to >= 0 ? 1 : -1;
  best.stale = true;
}

/**
 * The row that select-host.ts would choose if all rows were looked at from `start` on; there must be one that fits. Its place
 * among the fitting ones decides between equals: the first in pre-order of the implicit binary tree.
 */
export function bestRow(best: BestRows, start: number): number {
  while (best.top > 0 && best.counts[best.top] === 0) best.top -= 1;
  const bits = best.rows[best.top] as Uint32Array;
  const shift = rank(best, start);
  return (best.counts[best.top] as number) <= FEW ? firstOfFew(best, bits, shift) : descend(best, bits, shift);
}

/** How many rows before `row` fit. */
function rank(best: BestRows, row: number): number {
  if (best.feasible === best.n) return row;
  const { before, fitting } = best;
  if (best.stale) {
    let sum = 0;
    for (let word = 0; word < fitting.length; word += 1) {
      before[word] = sum;
      sum += ones(fitting[word] as number);
    }
    before[fitting.length] = sum;
    best.stale = false;
  }
  const word = row >>> 5;
  return (before[word] as number) + ones((fitting[word] as number) & ((1 << (row & 31)) - 1));
}

/** The fitting row with so many fitting rows before it. */
function rowOfRank(best: BestRows, k: number): number {
  if (best.feasible === best.n) return k;
  const { before, fitting } = best;
  let low = 0;
  let high = fitting.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((before[middle] as number) <= k) low = middle;
    else high = middle;
  }
  let bits = fitting[low] as number;
  for (let left = k - (before[low] as number); left > 0; left -= 1) bits &= bits - 1;
  return (low << 5) + (31 - Math.clz32(bits & -bits));
}

function firstOfFew(best: BestRows, bits: Uint32Array, shift: number): number {
  let found = -1;
  let foundKey = 0;
  let foundPlace = 0;
  for (let word = 0; word < bits.length; word += 1) {
    for (let rest = bits[word] as number; rest !== 0; rest &= rest - 1) {
      const row = (word << 5) + (31 - Math.clz32(rest & -rest));
      const behind = rank(best, row) - shift;
      const place = behind < 0 ? behind + best.feasible : behind;
      const key = preorderKey(place);
      if (found >= 0 && (key > foundKey || (key === foundKey && place > foundPlace))) continue;
      found = row;
      foundKey = key;
      foundPlace = place;
    }
  }
  return found;
}

/** Goes down from the root of the heap: a member found on the way is first, else the left half goes before the right. */
function descend(best: BestRows, bits: Uint32Array, shift: number): number {
  let place = 0;
  while (place < best.feasible) {
    if (anyAt(best, bits, shift, place, place)) return rowOfRank(best, (place + shift) % best.feasible);
    place = 2 * place + 1;
    if (!anyBelow(best, bits, shift, place)) place += 1;
  }
  return -1;
}

/** Whether a place of the subtree is in the set: on each level its places are a range. */
function anyBelow(best: BestRows, bits: Uint32Array, shift: number, place: number): boolean {
  let low = place;
  let high = place;
  while (low < best.feasible) {
    if (anyAt(best, bits, shift, low, Math.min(high, best.feasible - 1))) return true;
    low = 2 * low + 1;
    high = 2 * high + 2;
  }
  return false;
}

function anyAt(best: BestRows, bits: Uint32Array, shift: number, from: number, to: number): boolean {
  const m = best.feasible;
  const low = from + shift;
  const high = to + shift;
  if (high < m) return anyInRows(bits, rowOfRank(best, low), rowOfRank(best, high));
  if (low >= m) return anyInRows(bits, rowOfRank(best, low - m), rowOfRank(best, high - m));
  return anyInRows(bits, rowOfRank(best, low), best.n - 1) || anyInRows(bits, 0, rowOfRank(best, high - m));
}

/** Whether a bit is set from row `from` to row `to`, both included. */
function anyInRows(bits: Uint32Array, from: number, to: number): boolean {
  const first = from >>> 5;
  const last = to >>> 5;
  const head = -1 << (from & 31);
  const tail = -1 >>> (31 - (to & 31));
  if (first === last) return ((bits[first] as number) & head & tail) !== 0;
  if (((bits[first] as number) & head) !== 0) return true;
  for (let word = first + 1; word < last; word += 1) if (bits[word] !== 0) return true;
  return ((bits[last] as number) & tail) !== 0;
}

function ones(word: number): number {
  let x = word - ((word >>> 1) & 0x5555_5555);
  x = (x & 0x3333_3333) + ((x >>> 2) & 0x3333_3333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
