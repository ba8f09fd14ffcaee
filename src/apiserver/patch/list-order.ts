import { isObject } from "./merge.ts";

type List = readonly unknown[];

/**
 * Order of a merged list: items named by `wanted` in that order, the others in the server's, and where both sides know
 * two items the server's order decides; new ones of the patch come before the server's.
 */
export function arrangeList(merged: List, wanted: List, server: List, mergeKey: string | undefined): List {
  const keyOf = keyReader(mergeKey);
  if (server.length === 0 ? isOrdered(merged, wanted, keyOf) : isArranged(merged, wanted, server, keyOf)) return merged;
  const wantedAt = positions(wanted, keyOf);
  const serverAt = positions(server, keyOf);
  const named: unknown[] = [];
  const others: unknown[] = [];
  for (const item of merged) (wantedAt(keyOf(item)) === undefined ? others : named).push(item);
  if (named.length > 1) named.sort((a, b) => (wantedAt(keyOf(a)) ?? 0) - (wantedAt(keyOf(b)) ?? 0));
  if (others.length > 1) others.sort((a, b) => (serverAt(keyOf(a)) ?? 0) - (serverAt(keyOf(b)) ?? 0));
  const result: unknown[] = [];
  let i = 0;
  let j = 0;
  while (i < others.length && j < named.length) {
    const left = serverAt(keyOf(others[i]));
    const right = serverAt(keyOf(named[j]));
    if (left !== undefined && right !== undefined && left < right) result.push(others[i++]);
    else result.push(named[j++]);
  }
  return [...result, ...others.slice(i), ...named.slice(j)];
}

/** All items are new: the merged list is as wanted. */
function isOrdered(merged: List, wanted: List, keyOf: (item: unknown) => unknown): boolean {
  return merged.length === wanted.length && merged.every((item, i) => keyOf(item) === keyOf(wanted[i]));
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

/** Up to so many keys are looked through faster than they are put into a Map. */
const FEW = 16;

/** Tells the last place of a key in a list; undefined when it is not there. */
function positions(list: List, keyOf: (item: unknown) => unknown): (key: unknown) => number | undefined {
  const keys = list.map(keyOf);
  if (keys.length > FEW) {
    const places = new Map(keys.map((key, i) => [key, i]));
    return (key) => places.get(key);
  }
  return (key) => {
    const at = keys.lastIndexOf(key);
    return at < 0 ? undefined : at;
  };
}

function keyReader(mergeKey: string | undefined): (item: unknown) => unknown {
  return (item) => (mergeKey !== undefined && isObject(item) ? item[mergeKey] : item);
}
