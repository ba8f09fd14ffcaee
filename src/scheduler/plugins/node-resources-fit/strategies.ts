import type { ScoringStrategy } from "../../framework/args.ts";
import type { NodeInfo } from "../../cache/node-info.ts";
import { isScalarResource } from "../../cache/requests.ts";
import { allocatableOf, percentOf, usedOf } from "./amounts.ts";

/**
 * The node's score under a strategy for a pod that asks `wanted` of the strategy's resources.
 * LeastAllocated, cpu 4000 and memory 8Gi, with 1000 and 2Gi requested in all: (75 + 75) ÷ 2 = 75.
 */
export function strategyScore(strategy: ScoringStrategy, wanted: readonly number[], node: NodeInfo): number {
  let sum = 0;
  let weights = 0;
  const { resources, type } = strategy;
  for (let i = 0; i < resources.length; i += 1) {
    const resource = resources[i];
    const asked = wanted[i] ?? 0;
    if (resource === undefined || (asked === 0 && isScalarResource(resource.name))) continue;
    const capacity = allocatableOf(node, resource.name);
    if (capacity === 0) continue;
    const requested = usedOf(node, resource.name, true) + asked;
    const score =
      type === "LeastAllocated"
        ? leastRequested(requested, capacity)
        : type === "MostAllocated"
          ? mostRequested(requested, capacity)
          : brokenLine(strategy.shape, utilization(requested, capacity));
    if (type === "RequestedToCapacityRatio" && score <= 0) continue;
    sum += score * resource.weight;
    weights += resource.weight;
  }
  if (weights === 0) return 0;
  return type === "RequestedToCapacityRatio" ? Math.floor(sum / weights + 0.5) : Math.floor(sum / weights);
}

function leastRequested(requested: number, capacity: number): number {
  return requested > capacity ? 0 : percentOf(capacity - requested, capacity);
}

function mostRequested(requested: number, capacity: number): number {
  return percentOf(Math.min(requested, capacity), capacity);
}

function utilization(requested: number, capacity: number): number {
  return requested > capacity ? 100 : percentOf(requested, capacity);
}

/** Value of the broken line at p: points give 0..10, the result 0..100. */
function brokenLine(shape: ScoringStrategy["shape"], p: number): number {
  let before: ScoringStrategy["shape"][number] | undefined;
  for (const point of shape) {
    if (p <= point.utilization) {
      if (before === undefined) return point.score * 10;
      const rise = (point.score - before.score) * 10;
      const run = point.utilization - before.utilization;
      return before.score * 10 + Math.trunc((rise * (p - before.utilization)) / run);
    }
    before = point;
  }
  return (before?.score ?? 0) * 10;
}
