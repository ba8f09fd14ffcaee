import { timestamp } from "../base/time.ts";
import type { Millis } from "../base/units.ts";
import type { Pod, PodCondition } from "../api/types/core-v1.ts";
import type { Write } from "../client/controller.ts";
import { podCondition } from "./pods.ts";
import { patch, targetOf } from "./requests.ts";

/** Why a controller ends a pod: condition DisruptionTarget. */
export interface Disruption {
  readonly reason: string;
  readonly message: string;
}

/** The condition DisruptionTarget=True that a controller writes before it deletes a pod. */
export function disruptionTarget(pod: Pod, { reason, message }: Disruption, now: Millis): PodCondition {
  const current = podCondition(pod, "DisruptionTarget");
  const since = current?.status === "True" ? current.lastTransitionTime : undefined;
  return {
    type: "DisruptionTarget",
    status: "True",
    observedGeneration: pod.metadata.generation ?? 0,
    lastTransitionTime: since ?? timestamp(now),
    reason,
    message,
  };
}

/** PATCH of a pod's status that only hits this very pod; that it is gone is no failure. */
export function patchPodStatus(pod: Pod, status: { readonly [field: string]: unknown }): Write {
  const body = { metadata: { uid: pod.metadata.uid }, status };
  return { ...patch(targetOf("pods", pod), "strategic", body, "status"), ignore: ["NotFound"] };
}
