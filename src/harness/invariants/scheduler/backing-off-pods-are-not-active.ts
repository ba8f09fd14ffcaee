import { objectKey } from "../../../api/object.ts";
import { isBackingOff } from "../../../scheduler/queue/backoff.ts";
import { cast } from "../../../base/units.ts";
import type { Invariant } from "../invariant.ts";
import { schedulerNamed } from "./schedulers.ts";

const NAME = "backing-off-pods-are-not-active";

/**
 * Pods that keep failing wait longer and longer, so that others are tried in between. Left out are pods that may skip the wait:
 * those that plugins let wait (Pending), and preemptors, which are activated when a victim could not be removed.
 */
export const backingOffPodsAreNotActive: Invariant<null> = {
  name: NAME,
  catalogue: ["47", "I2"],
  expectation: "always",
  statement: "The scheduler's active queue holds no pod whose back-off lasts.",
  source: "pkg/scheduler/backend/queue: moved pods go to the backoff queue while they are backing off",
  resources: ["pods"],
  init: () => null,
  onChange(_memory, { by, at }, world) {
    const scheduler = schedulerNamed(world, by);
    if (scheduler === undefined) return undefined;
    const { queue, nominator, times } = scheduler;
    for (const info of queue.active) {
      const { pod, pendingPlugins } = info;
      if (pendingPlugins.size > 0 || nominator.nodeOf.has(pod.metadata.uid)) continue;
      // A copy: the queue computes the end of a back-off when it is asked first.
      if (!isBackingOff({ ...info }, times, at)) continue;
      const key = objectKey(cast(pod));
      const sentence = `${by} has it in its active queue after ${info.attempts} attempts, though it is backing off.`;
      return { invariant: NAME, at, object: `Pod ${key}`, sentence };
    }
    return undefined;
  },
};
