import type { ResourceSpec } from "../../framework/args.ts";
import type { NodeInfo } from "../../cache/node-info.ts";
import type { ResourceTotals } from "../../cache/requests.ts";

/** Amount of one resource in totals, in NodeInfo's units. */
export function totalOf(totals: ResourceTotals, name: string): number {
  const value = totals.get(name);
  if (value === undefined) return 0;
  return Math.ceil(name === "cpu" ? value / 1_000_000 : value / 1000);
}

/** Amounts of the configured resources, in their order. */
export function amountsOf(totals: ResourceTotals, resources: readonly ResourceSpec[]): readonly number[] {
  return resources.map(({ name }) => totalOf(totals, name));
}

/** What the node offers of a resource; 0 when it has none. */
export function allocatableOf(node: NodeInfo, name: string): number {
  switch (name) {
    case "cpu":
      return node.allocatable.cpuMilli;
    case "memory":
      return node.allocatable.memory;
    case "ephemeral-storage":
      return node.allocatable.ephemeralStorage;
    default:
      return node.allocatable.scalars.get(name) ?? 0;
  }
}

/** What the node's pods take of a resource; `nonZero` counts defaults for containers that request no cpu or memory. */
export function usedOf(node: NodeInfo, name: string, nonZero: boolean): number {
  switch (name) {
    case "cpu":
      return nonZero ? node.nonZeroCpuMilli : node.requested.cpuMilli;
    case "memory":
      return nonZero ? node.nonZeroMemory : node.requested.memory;
    case "ephemeral-storage":
      return node.requested.ephemeralStorage;
    default:
      return node.requested.scalars.get(name) ?? 0;
  }
}

/** part·100 ÷ whole in whole numbers, exact also above 2^53. */
export function percentOf(part: number, whole: number): number {
  const product = part * 100;
  if (product <= Number.MAX_SAFE_INTEGER) return Math.floor(product / whole);
  return Number((BigInt(part) * 100n) / BigInt(whole));
}
