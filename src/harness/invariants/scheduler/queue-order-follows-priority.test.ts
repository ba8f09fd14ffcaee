import { expect, test } from "vitest";
import { cast } from "../../../base/units.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import { initialState } from "../../../scheduler/loop/state.ts";
import type { QueuedPodInfo } from "../../../scheduler/queue/state.ts";
import type { Violation } from "../invariant.ts";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { queueOrderFollowsPriority } from "./queue-order-follows-priority.ts";

/** Pods of these priorities stand in the active queue in this order when the scheduler writes something. */
function queue(...priorities: readonly number[]): readonly Violation[] {
  return play(queueOrderFollowsPriority, (h) => {
    const state = initialState();
    for (const [i, priority] of priorities.entries()) {
      const info = { pod: cast<Pod>(pod(`p${i}`, { spec: { priority } })), timestamp: 0, sequence: i };
      state.queue.active.push(cast<QueuedPodInfo>(info));
    }
    h.memories.set("kube-scheduler", state);
    h.at(1, "kube-scheduler").create(pod("any"));
  });
}

test("accepts the highest priority first, and equal ones in the order of their coming", () => {
  expect(queue(10, 5, 10)).toEqual([]);
});

test("rejects a pod before one of a higher priority", () => {
  expect(queue(5, 10)[0]?.sentence).toContain("Pod default/p1 goes before it");
});
