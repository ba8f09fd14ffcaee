import { cast } from "../../../base/units.ts";
import { objectKey } from "../../../api/object.ts";
import type { SchedulerState } from "../../../scheduler/loop/state.ts";
import { activeLess } from "../../../scheduler/queue/scheduling-queue.ts";
import type { Invariant } from "../invariant.ts";
import { isScheduler } from "./schedulers.ts";

const NAME = "queue-order-follows-priority";

/** The first of the heap is popped next: nobody of a higher priority, or waiting for longer at the same, may stand below. */
export const queueOrderFollowsPriority: Invariant<null> = {
  name: NAME,
  catalogue: ["47"],
  expectation: "always",
  statement:
    "The scheduler takes the pod of the highest priority next, and of equal ones the one that waits for longest.",
  source: "concepts/scheduling-eviction/pod-priority-preemption: effect of pod priority on scheduling order",
  resources: ["pods"],
  init: () => null,
  onChange(_memory, { at, by }, world) {
    if (!isScheduler(by)) return undefined;
    const state = cast<SchedulerState | undefined>(world.memory(by));
    const active = state?.queue.active ?? [];
    const [first] = active;
    if (first === undefined || state?.queueSort !== "PrioritySort") return undefined;
    const better = active.find((info) => activeLess(info, first));
    if (better === undefined) return undefined;
    const sentence = `${by} would take it next, although Pod ${objectKey(better.pod)} goes before it.`;
    return { invariant: NAME, at, object: `Pod ${objectKey(first.pod)}`, sentence };
  },
};
