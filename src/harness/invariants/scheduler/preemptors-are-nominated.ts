import { objectKey } from "../../../api/object.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import type { Preemption } from "../../../scheduler/loop/preempting.ts";
import type { SchedulerState } from "../../../scheduler/loop/state.ts";
import type { Invariant } from "../invariant.ts";
import type { World } from "../../../cluster/world.ts";
import { schedulerNamed } from "./schedulers.ts";

const NAME = "preemptors-are-nominated";

interface Memory {
  /** Preemptions that have been judged, by process and the preemptor's uid. */
  readonly judged: Map<string, Preemption>;
}

/**
 * Others must not take the room before it is theirs to see in status.nominatedNodeName. A preemptor that one of higher priority
 * has followed on its node has lost its nomination; one whose last victim has begun to go may have been tried again, and be without
 * one, though the answer to the deletion is still on its way; and news of an earlier, withdrawn nomination takes away the later
 * one (upstream's nominator believes the pod that it is told of). So each preemption is judged once, when it has just begun.
 */
export const preemptorsAreNominated: Invariant<Memory> = {
  name: NAME,
  catalogue: ["41", "I5"],
  expectation: "always",
  statement:
    "A waiting pod for which the scheduler begins to remove victims is nominated to their node in its memory when it next writes.",
  source:
    "pkg/scheduler/schedule_one.go: handleSchedulingFailure adds the nomination to the queue before it is written",
  resources: ["pods"],
  init: () => ({ judged: new Map() }),
  onChange({ judged }, { by, at }, world) {
    const scheduler = schedulerNamed(world, by);
    if (scheduler === undefined || scheduler.preempting.size === 0) return undefined;
    for (const [uid, preemption] of scheduler.preempting) {
      const place = `${by} ${uid}`;
      if (judged.get(place) === preemption) continue;
      judged.set(place, preemption);
      const key = objectKey(cast(preemption.preemptor));
      const known = scheduler.queue.queued.get(key)?.pod;
      if (known?.metadata.uid !== uid || keepsRoom(scheduler, uid, preemption)) continue;
      if (isToldOfWithdrawal(preemption, known) || isLastOneGoing(preemption, world)) continue;
      const sentence = `${by} removes pods from ${preemption.node} for it, and keeps no room there.`;
      return { invariant: NAME, at, object: `Pod ${key}`, sentence };
    }
    return undefined;
  },
};

function keepsRoom({ nominator }: SchedulerState, uid: string, { node, preemptor }: Preemption): boolean {
  if (nominator.nodeOf.get(uid) === node) return true;
  const priority = preemptor.spec.priority ?? 0;
  return (nominator.byNode.get(node) ?? []).some((other) => (other.spec.priority ?? 0) > priority);
}

/** Whether news has come since the decision that the nomination from before it is withdrawn. */
function isToldOfWithdrawal({ node, preemptor }: Preemption, known: Pod): boolean {
  if (known.metadata.resourceVersion === preemptor.metadata.resourceVersion) return false;
  return (preemptor.status?.nominatedNodeName ?? "") !== "" && known.status?.nominatedNodeName !== node;
}

function isLastOneGoing({ victims, last, lastStarted }: Preemption, world: World): boolean {
  const victim = victims.get(last);
  if (!lastStarted || victim === undefined) return false;
  const stored = world.objects("pods").get(objectKey(cast(victim)));
  return stored?.metadata.uid !== last || stored.metadata.deletionTimestamp !== undefined;
}
