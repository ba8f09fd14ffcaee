import type { DaemonSetStatus } from "../../api/types/apps-v1.ts";
import { isReady } from "../pods.ts";
import { isDaemonAvailable, isUpdated } from "./view.ts";
import type { DaemonView } from "./view.ts";

/** Counts nodes by the first pod of each. */
export function daemonStatus(view: DaemonView): DaemonSetStatus {
  const { set, places } = view;
  let [desired, current, misscheduled, ready, available, updated] = [0, 0, 0, 0, 0, 0];
  for (const { placement, pods } of places) {
    const [pod] = pods;
    if (!placement.shouldRun) {
      if (pod !== undefined) misscheduled += 1;
      continue;
    }
    desired += 1;
    if (pod === undefined) continue;
    current += 1;
    if (isReady(pod)) {
      ready += 1;
      if (isDaemonAvailable(pod, view)) available += 1;
    }
    if (isUpdated(pod, view)) updated += 1;
  }
  const generation = set.metadata.generation ?? 0;
  const unavailable = desired - available;
  return {
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    desiredNumberScheduled: desired,
    numberReady: ready,
    ...(generation > 0 && { observedGeneration: generation }),
    ...(updated > 0 && { updatedNumberScheduled: updated }),
    ...(available > 0 && { numberAvailable: available }),
    ...(unavailable > 0 && { numberUnavailable: unavailable }),
    ...(set.status?.collisionCount !== undefined && { collisionCount: set.status.collisionCount }),
    ...(set.status?.conditions !== undefined && { conditions: set.status.conditions }),
  };
}
