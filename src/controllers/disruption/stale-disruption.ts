import { parseTimestamp, timestamp } from "../../base/time.ts";
import { MINUTE, cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { nothing } from "../../client/controller.ts";
import type { Intents, Sync } from "../../client/controller.ts";
import { isFinished, podCondition } from "../pods.ts";
import { updateStatus } from "../requests.ts";

/** Keys of pods whose announced disruption may never come. */
export const STALE_PREFIX = "stale-pod-disruption ";
/** stalePodDisruptionTimeout. */
export const STALE_AFTER_MS: Millis = 2 * MINUTE;

/** Takes back the DisruptionTarget condition of a pod that was not deleted within two minutes. */
export function reconcileStaleDisruption({ key, listers, now }: Sync<undefined>): Intents<never> {
  const pod = cast<Pod | undefined>(listers.of("pods").get(key.slice(STALE_PREFIX.length)));
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined || isFinished(pod)) return nothing;
  const condition = podCondition(pod, "DisruptionTarget");
  if (condition?.status !== "True" || condition.reason === "TerminationByKubelet") return nothing;
  const wait = parseTimestamp(condition.lastTransitionTime ?? "") + STALE_AFTER_MS - now;
  if (wait > 0) return { writes: [], requeueAfter: wait };
  const observedGeneration = pod.metadata.generation ?? 0;
  const cleared = { type: "DisruptionTarget", status: "False", observedGeneration, lastTransitionTime: timestamp(now) };
  const conditions = (pod.status?.conditions ?? []).map((other) => (other === condition ? cleared : other));
  return { writes: [[updateStatus("pods", cast<Pod>({ ...pod, status: { ...pod.status, conditions } }))]] };
}
