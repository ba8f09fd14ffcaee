import { expect, test } from "vitest";
import type { Violation } from "../invariant.ts";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { gatedPodsAreNotTried } from "./gated-pods-are-not-tried.ts";

/** The scheduler tells that it found no node for a pod with these gates. */
function tried(schedulingGates: readonly object[]): readonly Violation[] {
  return play(gatedPodsAreNotTried, (h) => {
    h.create(pod("a", { spec: { schedulingGates } }));
    const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable" }];
    h.at(1, "kube-scheduler").update("pods", "default/a", { status: { conditions } });
  });
}

test("accepts an attempt for a pod without gates", () => {
  expect(tried([])).toEqual([]);
});

test("rejects an attempt for a gated pod", () => {
  expect(tried([{ name: "wait" }])[0]?.sentence).toContain("has the scheduling gate wait");
});
