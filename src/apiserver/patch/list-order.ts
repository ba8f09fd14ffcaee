import { isObject } from "./merge.ts";

type List = readonly unknown[];

/**
 * Order of a merged list: items named by `wanted` in that order, the others in the server's, and where both sides know
 * two items the server's order decides; new ones of the patch come before the server's.
 */
export function arrangeList(merged: List, wanted: List, server: List, mergeKey: string | undefined): List {
  const keyOf = keyReader(mergeKey);
  if (isArranged(merged, wanted, server, keyOf)) return merged;
  const wantedAt = positions(wanted, mergeKey);
  const serverAt = positions(server, mergeKey);
  const named = merged.filter((item) => wantedAt.has(keyOf(item)));
  const others = merged.filter((item) => !wantedAt.has(keyOf(item)));
  named.sort((a, b) => (wantedAt.get(keyOf(a)) ?? 0) - (wantedAt.get(keyOf(b)) ?? 0));
  others.sort((a, b) => (serverAt.get(keyOf(a)) ?? 0) - (serverAt.get(keyOf(b)) ?? 0));
  const result: unknown[] = [];
  let i = 0;
  let j = 0;
  while (i < others.length && j < named.length) {
    const left = serverAt.get(keyOf(others[i]));
    const right = serverAt.get(keyOf(named[j]));
    if (left !== undefined && right !== undefined && left < right) result.push(others[i++]);
    else result.push(named[j++]);
  }
  return [...result, ...others.slice(i), ...named.slice(j)];
}

/** The common case, in one pass: the merged list is the server's, and the wanted order does not contradict it. */
function isArranged(merged: List, wanted: List, server: List, keyOf: (item: unknown) => unknown): boolean {
  if (merged.length !== server.length) return false;
  let at = 0;
  for (let i = 0; i < merged.length; i++) {
    const key = keyOf(merged[i]);
    if (merged[i] !== server[i] && key !== keyOf(server[i])) return false;
    if (at < wanted.length && keyOf(wanted[at]) === key) at += 1;
  }
  return at === wanted.length;
}

/** Whether the items of a patch appear in `order`, in the same sequence; items that delete do not count. */
export function orderMatches(patch: List, order: List, mergeKey: string | undefined): boolean {
  if (patch.length === 0 || order.length === 0) return true;
  const keyOf = keyReader(mergeKey);
  let at = 0;
  for (const item of patch) {
    if (isObject(item) && item["$patch"] !== undefined) continue;
    while (at < order.length && keyOf(order[at]) !== keyOf(item)) at += 1;
    if (at >= order.length) return false;
    at += 1;
  }
  return true;
}

function positions(list: List, mergeKey: string | undefined): ReadonlyMap<unknown, number> {
  const keyOf = keyReader(mergeKey);
  return new Map(list.map((item, i) => [keyOf(item), i]));
}

function keyReader(mergeKey: string | undefined): (item: unknown) => unknown {
  return (item) => (mergeKey !== undefined && isObject(item) ? item[mergeKey] : item);
}
