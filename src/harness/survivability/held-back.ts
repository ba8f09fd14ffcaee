import type { Pod } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import type { World } from "../../cluster/world.ts";
import type { SchedulerState } from "../../scheduler/loop/state.ts";

/**
 * Kubernetes v1.36 forgets a preemptor that was held back while its last victim had already gone: nothing but the deletion of
 * another pod wakes it (kubernetes/kubernetes#141694), and the room that it was promised stays taken for pods that are not
 * more important.
 */
export function heldBackExcuse({ metadata, spec }: Pod, world: World): string | undefined {
  const key = `${metadata.namespace ?? ""}/${metadata.name}`;
  for (const { name } of world.processes) {
    if (!name.startsWith("kube-scheduler")) continue;
    const state = cast<SchedulerState | undefined>(world.memory(name));
    for (const [held, pod] of forgotten(state)) {
      if (held === key) return "it is held back for a preemption that is over";
      if ((pod.spec.priority ?? 0) >= (spec.priority ?? 0) && state?.nominator.nodeOf.has(pod.metadata.uid) === true)
        return `room is promised to Pod ${held}, which is held back for a preemption that is over`;
    }
  }
  return undefined;
}

function* forgotten(state: SchedulerState | undefined): Iterable<readonly [key: string, pod: Pod]> {
  for (const [key, { pod, gatingPlugin }] of state?.queue.unschedulable ?? [])
    if (gatingPlugin === "DefaultPreemption" && state?.preempting.has(pod.metadata.uid) !== true) yield [key, pod];
}
