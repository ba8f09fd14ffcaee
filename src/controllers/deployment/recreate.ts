import type { ReplicaSet } from "../../api/types/apps-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { isFinished } from "../pods.ts";
import { sizeOf } from "./budget.ts";
import type { History } from "./history.ts";

/** Whether pods of an older template may still run, so that Recreate has to wait. */
export function oldPodsRunning(
  { old }: History,
  podsOf: (replicaSet: ReplicaSet) => readonly Pod[],
  mutants: ReadonlySet<string>,
): boolean {
  if (mutants.has("DEP-08")) return old.some((replicaSet) => sizeOf(replicaSet) > 0);
  if (old.some((replicaSet) => (replicaSet.status?.replicas ?? 0) > 0)) return true;
  return old.some((replicaSet) => podsOf(replicaSet).some((pod) => !isFinished(pod)));
}
