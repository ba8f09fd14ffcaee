import { expect, test } from "vitest";
import { cast } from "../../../base/units.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import { initialState } from "../../../scheduler/loop/state.ts";
import { nominate } from "../../../scheduler/queue/nominator.ts";
import type { Violation } from "../invariant.ts";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { nominationsAreOfWaitingPods } from "./nominations-are-of-waiting-pods.ts";

/** A pod is nominated to n1, and then this becomes of it. */
function nominated(fate: "waits" | "is bound" | "is gone"): readonly Violation[] {
  return play(nominationsAreOfWaitingPods, (h) => {
    h.processes = [{ name: "kube-scheduler", up: true, epoch: 0 }];
    const state = initialState();
    nominate(state.nominator, cast<Pod>(h.create(pod("a"))), "n1");
    h.memories.set("kube-scheduler", state);
    if (fate === "is bound") h.update("pods", "default/a", { spec: { nodeName: "n2" } });
    if (fate === "is gone") h.remove("pods", "default/a");
  });
}

test("accepts a nominated pod that waits", () => {
  expect(nominated("waits")).toEqual([]);
});

test.each(["is bound", "is gone"] as const)("rejects a nominated pod that %s", (fate) => {
  expect(nominated(fate)[0]).toMatchObject({ object: "Node n1" });
});
