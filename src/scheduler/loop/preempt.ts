import type { ApiObject } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import { podPriority, podUid } from "../cache/pod-info.ts";
import type { PostFilterResult } from "../framework/cycle.ts";
import { withdraw } from "../queue/nominator.ts";
import { patchPodStatus } from "./failure-handler.ts";
import type { Loop } from "./state.ts";

/** Deletes the victims of a preemption and takes nominations of lower priority to the node back. */
export function preempt(
  { state, io }: Loop,
  pod: Pod,
  { nominatedNodeName: node, victims = [] }: PostFilterResult,
): void {
  const profileName = pod.spec.schedulerName ?? "default-scheduler";
  for (const victim of victims) {
    if (victim.metadata.deletionTimestamp !== undefined) continue;
    const { name, namespace, uid } = victim.metadata;
    const condition = {
      type: "DisruptionTarget",
      status: "True",
      reason: "PreemptionByScheduler",
      message: `${profileName}: preempting to accommodate a higher priority pod`,
      lastTransitionTime: timestamp(io.now),
    };
    patchPodStatus(io, victim, { conditions: [condition] }, "victim-status");
    io.request(
      {
        verb: "delete",
        resource: "pods",
        ...(namespace !== undefined && { namespace }),
        name,
        options: { preconditions: { uid } },
      },
      { type: "victim", preemptor: `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`, uid: podUid(pod) },
    );
    const message = `Preempted by pod ${podUid(pod)} on node ${node}`;
    io.event({ object: cast<ApiObject>(victim), type: "Normal", reason: "Preempted", message });
  }
  clearNominations({ state, io }, pod, node);
}

/** Takes nominations of lower priority to the node back, which may not fit there any more. */
export function clearNominations({ state, io }: Pick<Loop, "state" | "io">, pod: Pod, node: string): void {
  for (const other of [...(state.nominator.byNode.get(node) ?? [])]) {
    if (podPriority(other) >= podPriority(pod)) continue;
    withdraw(state.nominator, podUid(other));
    patchPodStatus(io, other, { nominatedNodeName: null }, "status");
  }
}
