import { expect, test } from "vitest";
import { cast } from "../../../base/units.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import { initialState } from "../../../scheduler/loop/state.ts";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import type { Violation } from "../invariant.ts";
import { victimsComeByImportance } from "./victims-come-by-importance.ts";

/** Victims of these priorities are removed when the scheduler writes something. */
function removing(...priorities: readonly number[]): readonly Violation[] {
  return play(victimsComeByImportance, (h) => {
    h.processes = [{ name: "kube-scheduler", up: true, epoch: 0 }];
    const state = initialState();
    const preemptor = cast<Pod>(h.create(pod("a", { spec: { priority: 100 } })));
    const victims = priorities.map((priority, i) => cast<Pod>(h.create(pod(`v${i}`, { spec: { priority } }))));
    const byUid = new Map(victims.map((victim) => [victim.metadata.uid, victim]));
    state.preempting.set(preemptor.metadata.uid, cast({ preemptor, node: "n1", victims: byUid }));
    h.memories.set("kube-scheduler", state);
    h.at(1000, "kube-scheduler").create(pod("any"));
  });
}

test("accepts victims by decreasing priority", () => {
  expect(removing(50, 10, 10, 0)).toEqual([]);
});

test("rejects a victim that comes after a less important one", () => {
  expect(removing(10, 50)).toMatchObject([{ object: "Pod default/a" }]);
  expect(removing(10, 50)[0]?.sentence).toContain("takes v1 for less important than a victim of priority 10");
});
