import type { NodeInfo } from "../../cache/node-info.ts";

/** Numbers by topology key and value. */
export type TopologyCounts = Map<string, Map<string, number>>;

/** Adds to the node's domain under `key`, if it has one; with `dropZero` a count of zero vanishes. */
export function addToDomain(
  counts: TopologyCounts,
  { node }: NodeInfo,
  key: string,
  by: number,
  dropZero: boolean,
): void {
  const value = node?.metadata.labels?.[key];
  if (value === undefined) return;
  let domains = counts.get(key);
  if (domains === undefined) {
    domains = new Map();
    counts.set(key, domains);
  }
  const count = (domains.get(value) ?? 0) + by;
  if (count !== 0 || !dropZero) domains.set(value, count);
  else {
    domains.delete(value);
    if (domains.size === 0) counts.delete(key);
  }
}

/** The count of the node's domain under `key`; undefined when the node lacks the key. */
export function countOnNode(counts: TopologyCounts, { node }: NodeInfo, key: string): number | undefined {
  const value = node?.metadata.labels?.[key];
  return value === undefined ? undefined : (counts.get(key)?.get(value) ?? 0);
}

/** A copy that can be changed. */
export function cloneCounts(counts: TopologyCounts): TopologyCounts {
  return new Map([...counts].map(([key, domains]) => [key, new Map(domains)]));
}
