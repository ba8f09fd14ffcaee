import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import type { Write } from "../../client/controller.ts";
import { remove, targetOf } from "../requests.ts";
import { revisionOf } from "./annotations.ts";
import { sizeOf } from "./budget.ts";
import { byAge } from "./history.ts";
import { REPLICA_SETS } from "./names.ts";

const MAX_INT32 = 0x7fffffff;

/** Deletions of the old ReplicaSets with the lowest revisions beyond revisionHistoryLimit, one after another. */
export function historyCleanup(deployment: Deployment, old: readonly ReplicaSet[]): readonly (readonly Write[])[] {
  const limit = deployment.spec.revisionHistoryLimit;
  if (limit === undefined || limit === MAX_INT32) return [];
  const alive = old.filter((replicaSet) => replicaSet.metadata.deletionTimestamp === undefined);
  const surplus = alive.length - limit;
  if (surplus <= 0) return [];
  alive.sort((a, b) => (revisionOf(a) ?? 0) - (revisionOf(b) ?? 0) || byAge(a, b));
  const writes: Write[][] = [];
  for (const replicaSet of alive.slice(0, surplus)) {
    const { status, metadata } = replicaSet;
    const observed = (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);
    if ((status?.replicas ?? 0) === 0 && sizeOf(replicaSet) === 0 && observed)
      writes.push([remove(targetOf(REPLICA_SETS, replicaSet))]);
  }
  return writes;
}
