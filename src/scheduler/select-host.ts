/**
 * Index of the node that upstream takes among equals: the root after container/heap.Init over the totals, which is
 * the first maximum in pre-order of the implicit binary tree. Totals [1, 1, 5, 5]: order 0, 1, 3, 2, so 3.
 */
export function selectHost(totals: ArrayLike<number>, count: number = totals.length): number {
  let best = -1;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i += 1) {
    const total = totals[i] as number;
    if (total < max) continue;
    if (total > max || precedes(i, best)) best = i;
    max = total;
  }
  return best;
}

/** Whether i comes before j in pre-order. */
export function precedes(i: number, j: number): boolean {
  const a = preorderKey(i);
  const b = preorderKey(j);
  return a === b ? i < j : a < b;
}

/** The path from the root to i as bits, moved to the left: what comes first in pre-order has the smaller key, or the smaller i. */
export function preorderKey(i: number): number {
  return ((i + 1) << Math.clz32(i + 1)) >>> 0;
}
