import { expect, test } from "vitest";
import { cast } from "../../../base/units.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import { initialState } from "../../../scheduler/loop/state.ts";
import { nominate } from "../../../scheduler/queue/nominator.ts";
import type { QueuedPodInfo } from "../../../scheduler/queue/state.ts";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import type { Violation } from "../invariant.ts";
import { backingOffPodsAreNotActive } from "./backing-off-pods-are-not-active.ts";

/** A pod that failed for the second time at 10 s stands in the active queue when the scheduler writes something. */
function active(at: number, promised = false): readonly Violation[] {
  return play(backingOffPodsAreNotActive, (h) => {
    h.processes = [{ name: "kube-scheduler", up: true, epoch: 0 }];
    const state = initialState();
    const waiting = cast<Pod>(h.create(pod("a")));
    const info = { pod: waiting, timestamp: 10_000, attempts: 2, unschedulableCount: 2, consecutiveErrors: 0 };
    state.queue.active.push(cast<QueuedPodInfo>({ ...info, pendingPlugins: new Set() }));
    if (promised) nominate(state.nominator, waiting, "n1");
    h.memories.set("kube-scheduler", state);
    h.at(at, "kube-scheduler").create(pod("any"));
  });
}

test("accepts a pod whose back-off of two seconds is over, and a preemptor that was activated", () => {
  expect(active(13_000)).toEqual([]);
  expect(active(10_500, true)).toEqual([]);
});

test("rejects a pod whose back-off lasts, also through its last second", () => {
  expect(active(10_500)[0]).toMatchObject({ object: "Pod default/a" });
  expect(active(12_900)[0]?.sentence).toContain("after 2 attempts, though it is backing off");
});
