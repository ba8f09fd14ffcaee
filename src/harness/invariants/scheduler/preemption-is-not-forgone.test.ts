import { expect, test } from "vitest";
import { initialState } from "../../../scheduler/loop/state.ts";
import type { Violation } from "../invariant.ts";
import { node, pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { preemptionIsNotForgone } from "./preemption-is-not-forgone.ts";

const cpu = (amount: string): object => ({
  containers: [{ name: "app", resources: { requests: { cpu: amount } } }],
});

/** A node of 4 CPUs has a pod with 3 of them; one of priority 10, which wants 2, waits. */
function waiting(priority: number, spec: object = {}): readonly Violation[] {
  return play(preemptionIsNotForgone, (h) => {
    h.processes = [{ name: "kube-scheduler", up: true, epoch: 0 }];
    h.memories.set("kube-scheduler", initialState());
    h.create(node("n1"));
    h.create(pod("there", { spec: { ...cpu("3"), priority, nodeName: "n1" } }));
    h.create(pod("waits", { spec: { ...cpu("2"), priority: 10, schedulerName: "default-scheduler", ...spec } }));
  });
}

test("accepts a pod that may not preempt, and one that nobody less important is in the way of", () => {
  expect(waiting(0, { preemptionPolicy: "Never" })).toEqual([]);
  expect(waiting(10)).toEqual([]);
});

test("rejects a pod that waits for one of lower priority", () => {
  expect(waiting(0)[0]?.sentence).toContain("would fit on n1 without pods of lower priority");
});
