// HOT: arrays that each decision uses anew.
import { preorderKey } from "../select-host.ts";

/** Room for the feasible rows of one decision and their scores; entries from `feasible` on are stale. */
export interface Scratch {
  /** In the order in which they were found. */
  rows: Int32Array;
  totals: Int32Array;
  /** One plugin's scores. */
  raw: Int32Array;
  /** preorderKey of every place. */
  keys: Float64Array;
  feasible: number;
}

/** The one decision's room. */
export const scratch: Scratch = {
  rows: new Int32Array(0),
  totals: new Int32Array(0),
  raw: new Int32Array(0),
  keys: new Float64Array(0),
  feasible: 0,
};

/** Makes room for `n` rows. */
export function makeRoom(n: number): void {
  if (scratch.rows.length >= n) return;
  scratch.rows = new Int32Array(n);
  scratch.totals = new Int32Array(n);
  scratch.raw = new Int32Array(n);
  scratch.keys = new Float64Array(n);
  for (let i = 0; i < n; i += 1) scratch.keys[i] = preorderKey(i);
}

/** Place of the best total, by the rule of select-host.ts. */
export function bestPlace({ totals, keys, feasible }: Scratch): number {
  let best = 0;
  let max = totals[0] as number;
  let key = keys[0] as number;
  for (let i = 1; i < feasible; i += 1) {
    const total = totals[i] as number;
    if (total < max || (total === max && (keys[i] as number) >= key)) continue;
    max = total;
    best = i;
    key = keys[i] as number;
  }
  return best;
}

const table: Int32Array = new Int32Array(4096);

/** A function of whole numbers below `size` as a table, valid until the next call; undefined when it would be too large. */
export function scaledOver(size: number, of: (step: number) => number): Int32Array | undefined {
  if (size > table.length) return undefined;
  for (let step = 0; step < size; step += 1) table[step] = of(step);
  return table;
}
