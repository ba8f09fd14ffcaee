import { cast } from "../../../base/units.ts";
import type { ResourceSpec } from "../../framework/args.ts";
import type { NodeInfo } from "../../cache/node-info.ts";
import { accountedTotals } from "../../cache/pod-info.ts";
import { isScalarResource } from "../../cache/requests.ts";
import type { Plugin } from "../../framework/plugin.ts";
import { skip } from "../../framework/status.ts";
import { allocatableOf, amountsOf, usedOf } from "../node-resources-fit/amounts.ts";

const NAME = "NodeResourcesBalancedAllocation";

/** Prefers nodes whose resources become more evenly used by the pod. */
export const NodeResourcesBalancedAllocation: Plugin = {
  name: NAME,
  local: true,
  preScore({ pod, profile, state }) {
    const wanted = amountsOf(accountedTotals(pod), profile.args.NodeResourcesBalancedAllocation.resources);
    if (wanted.every((amount) => amount === 0)) return skip;
    state.set(NAME, wanted);
    return undefined;
  },
  score({ pod, profile, state }, node) {
    const { resources } = profile.args.NodeResourcesBalancedAllocation;
    const wanted = cast<readonly number[] | undefined>(state.get(NAME)) ?? amountsOf(accountedTotals(pod), resources);
    return wanted.every((amount) => amount === 0) ? 0 : balancedScore(resources, wanted, node);
  },
};

/**
 * 50 + (50 + S(with pod) − S(without)) ÷ 2 with S = (1 − standard deviation of the used shares)·100.
 * Shares 0.5 and 0.1 before, 0.5 and 0.3 after: S 80 → 90, so 50 + 60 ÷ 2 = 80.
 */
export function balancedScore(resources: readonly ResourceSpec[], wanted: readonly number[], node: NodeInfo): number {
  const before: number[] = [];
  const after: number[] = [];
  for (let i = 0; i < resources.length; i += 1) {
    const name = resources[i]?.name ?? "";
    const asked = wanted[i] ?? 0;
    if (asked === 0 && isScalarResource(name)) continue;
    const capacity = allocatableOf(node, name);
    if (capacity === 0) continue;
    const used = usedOf(node, name, false);
    before.push(Math.min(used / capacity, 1));
    after.push(Math.min((used + asked) / capacity, 1));
  }
  return 50 + Math.trunc((50 + evenness(after) - evenness(before)) / 2);
}

function evenness(shares: readonly number[]): number {
  return Math.trunc((1 - deviation(shares)) * 100);
}

/** Two shares: half their difference; more: the standard deviation. */
function deviation(shares: readonly number[]): number {
  const [first = 0, second = 0] = shares;
  if (shares.length === 2) return Math.abs((first - second) / 2);
  if (shares.length < 2) return 0;
  let total = 0;
  for (const share of shares) total += share;
  const mean = total / shares.length;
  let sum = 0;
  for (const share of shares) sum += (share - mean) * (share - mean);
  return Math.sqrt(sum / shares.length);
}
