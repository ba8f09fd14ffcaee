import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import { countOf } from "./annotations.ts";
import { desiredReplicas, maxSurge, sizeOf, totalSize } from "./budget.ts";
import { byAge } from "./history.ts";
import { DESIRED_REPLICAS, MAX_REPLICAS } from "./names.ts";

/** The share of a change of `toAdd` replicas that falls to one ReplicaSet, when `added` are already given out. */
export function proportionOf(deployment: Deployment, replicaSet: ReplicaSet, toAdd: number, added: number): number {
  if (sizeOf(replicaSet) === 0 || toAdd === 0 || toAdd === added) return 0;
  const fraction = fractionOf(deployment, replicaSet);
  const left = toAdd - added;
  return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
}

/** A ReplicaSet of 6 of at most 18 in a Deployment that may now have 27 grows by round(6·27/18) − 6 = 3. */
function fractionOf(deployment: Deployment, replicaSet: ReplicaSet): number {
  const size = sizeOf(replicaSet);
  if (desiredReplicas(deployment) === 0) return -size;
  const maxNow = desiredReplicas(deployment) + maxSurge(deployment);
  const maxBefore = countOf(replicaSet, MAX_REPLICAS) || (deployment.status?.replicas ?? 0);
  if (maxBefore === 0) return 0;
  const share = Math.imul(size, maxNow) / maxBefore;
  const rounded = share < 0 ? Math.ceil(share - 0.5) : Math.floor(share + 0.5);
  return rounded - size;
}

/** Whether the new ReplicaSet alone carries the whole Deployment. */
export function isSaturated(deployment: Deployment, replicaSet: ReplicaSet | undefined): boolean {
  if (replicaSet === undefined) return false;
  const desired = desiredReplicas(deployment);
  return (
    sizeOf(replicaSet) === desired &&
    Number(replicaSet.metadata.annotations?.[DESIRED_REPLICAS] ?? Number.NaN) === desired &&
    (replicaSet.status?.availableReplicas ?? 0) === desired
  );
}

/** Sizes of all active ReplicaSets after a proportional scaling, in the order in which they are written. */
export function proportionalSizes(
  deployment: Deployment,
  active: readonly ReplicaSet[],
): readonly { readonly replicaSet: ReplicaSet; readonly size: number }[] {
  const desired = desiredReplicas(deployment);
  const allowed = desired > 0 ? desired + maxSurge(deployment) : 0;
  const toAdd = allowed - totalSize(active);
  const sorted = [...active];
  if (toAdd > 0) sorted.sort((a, b) => sizeOf(b) - sizeOf(a) || byAge(b, a));
  else if (toAdd < 0) sorted.sort((a, b) => sizeOf(b) - sizeOf(a) || byAge(a, b));
  let added = 0;
  const sizes = sorted.map((replicaSet) => {
    const share = proportionOf(deployment, replicaSet, toAdd, added);
    added += share;
    return { replicaSet, size: sizeOf(replicaSet) + share };
  });
  const leftover = toAdd - added;
  return sizes.map(({ replicaSet, size }, i) => ({
    replicaSet,
    size: i === 0 && toAdd !== 0 ? Math.max(0, size + leftover) : size,
  }));
}
