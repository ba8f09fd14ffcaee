import { expect, test } from "vitest";
import { cast } from "../../../base/units.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import { initialState } from "../../../scheduler/loop/state.ts";
import { nominate } from "../../../scheduler/queue/nominator.ts";
import type { Violation } from "../invariant.ts";
import { node, pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { victimsAreNeeded } from "./victims-are-needed.ts";

const cpu = (amount: string): object => ({
  containers: [{ name: "app", resources: { requests: { cpu: amount } } }],
});

/** A node of 4 CPUs is full of a and b, with 2 each; both go for a pod that wants so many. */
function preempting(wanted: string): readonly Violation[] {
  return play(victimsAreNeeded, (h) => {
    h.create(node("n1"));
    for (const name of ["a", "b"]) h.create(pod(name, { spec: { ...cpu("2"), priority: 0, nodeName: "n1" } }));
    const important = cast<Pod>(h.create(pod("c", { spec: { ...cpu(wanted), priority: 10 } })));
    const state = initialState();
    nominate(state.nominator, important, "n1");
    h.memories.set("kube-scheduler", state);
    h.at(60_000, "kube-scheduler").remove("pods", "default/a");
    h.remove("pods", "default/b");
  });
}

test("accepts two victims for a pod that needs the room of both", () => {
  expect(preempting("3")).toEqual([]);
});

test("rejects two victims where one would do", () => {
  expect(preempting("2")[0]?.sentence).toContain("would have fitted on n1 beside it");
});
