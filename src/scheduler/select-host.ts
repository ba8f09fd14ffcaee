/**
 * Index of the node that upstream takes among equals: the root after container/heap.Init over the totals, which is
 * the first maximum in pre-order of the implicit binary tree. Totals [1, 1, 5, 5]: order 0, 1, 3, 2, so 3.
 */
export function selectHost(totals: ArrayLike<number>): number {
  let best = -1;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < totals.length; i += 1) {
    const total = totals[i] as number;
    if (total < max) continue;
    if (total > max || precedes(i, best)) best = i;
    max = total;
  }
  return best;
}

/** Whether i comes before j in pre-order: their paths from the root as bits, a prefix first. */
export function precedes(i: number, j: number): boolean {
  const a = (i + 1) << Math.clz32(i + 1);
  const b = (j + 1) << Math.clz32(j + 1);
  return a === b ? i < j : a >>> 0 < b >>> 0;
}
