import { expect, test } from "vitest";
import { cast } from "../../../base/units.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import { initialState } from "../../../scheduler/loop/state.ts";
import { addToQueue, requeue } from "../../../scheduler/queue/scheduling-queue.ts";
import type { QueueContext } from "../../../scheduler/queue/scheduling-queue.ts";
import type { Violation } from "../invariant.ts";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { waitingPodsAreQueuedOnce } from "./waiting-pods-are-queued-once.ts";

/** The informer shows a pod on that node; the queue has had it added so many times, in different heaps. */
function queued(times: number, nodeName?: string): readonly Violation[] {
  return play(waitingPodsAreQueuedOnce, (h) => {
    h.processes = [{ name: "kube-scheduler", up: true, epoch: 0 }];
    const a = cast<Pod>(h.create(pod("a", { spec: { nodeName } })));
    h.believed.set("kube-scheduler", new Map([["pods", [cast(a)]]]));
    const state = initialState();
    const { queue, nominator } = state;
    const context = cast<QueueContext>({
      queue,
      nominator,
      profiles: new Map(),
      now: 0,
      mutants: new Set(),
      times: { initialBackoff: 1000, maxBackoff: 1000, maxInUnschedulable: 1000 },
    });
    if (times > 0) addToQueue(context, a);
    const info = queue.queued.get("default/a");
    if (times > 1 && info !== undefined) {
      queue.queued.delete("default/a");
      requeue(context, { ...info });
    }
    h.memories.set("kube-scheduler", state);
  });
}

test("accepts a waiting pod that is queued once, and a bound one that is not", () => {
  expect(queued(1)).toEqual([]);
  expect(queued(0, "n1")).toEqual([]);
});

test.each([
  ["nowhere", 0, undefined, "has it in 0 places"],
  ["twice", 2, undefined, "has it in 2 places"],
  ["although it is bound", 1, "n1", "though it is bound, gone or another's"],
])("rejects a pod that is queued %s", (_how, times, nodeName, sentence) => {
  expect(queued(times, nodeName)[0]?.sentence).toContain(sentence);
});
