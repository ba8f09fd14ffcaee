import { expect, test } from "vitest";
import { cast } from "../../../base/units.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import { initialState } from "../../../scheduler/loop/state.ts";
import { nominate } from "../../../scheduler/queue/nominator.ts";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import type { Violation } from "../invariant.ts";
import { preemptorsAreNominated } from "./preemptors-are-nominated.ts";

/** Victims on n1 are removed for pod a of priority 10, which is nominated as given, when the scheduler writes something. */
function preempting(nominated: string | undefined, followedBy?: number, gone = false): readonly Violation[] {
  return play(preemptorsAreNominated, (h) => {
    h.processes = [{ name: "kube-scheduler", up: true, epoch: 0 }];
    const state = initialState();
    const preemptor = cast<Pod>(h.create(pod("a", { spec: { priority: 10 } })));
    state.queue.queued.set("default/a", cast({ pod: preemptor }));
    const victim = cast<Pod>(h.create(pod("victim")));
    const last = victim.metadata.uid;
    const victims = new Map([[last, victim]]);
    state.preempting.set(preemptor.metadata.uid, cast({ preemptor, node: "n1", victims, last, lastStarted: true }));
    if (gone) h.remove("pods", "default/victim");
    if (nominated !== undefined) nominate(state.nominator, preemptor, nominated);
    if (followedBy !== undefined)
      nominate(state.nominator, cast<Pod>(h.create(pod("b", { spec: { priority: followedBy } }))), "n1");
    h.memories.set("kube-scheduler", state);
    h.at(1000, "kube-scheduler").create(pod("any"));
  });
}

test("accepts a preemptor that is nominated, and one that a higher priority has driven out", () => {
  expect(preempting("n1")).toEqual([]);
  expect(preempting(undefined, 20)).toEqual([]);
});

test("accepts one whose last victim has gone before the answer came", () => {
  expect(preempting(undefined, undefined, true)).toEqual([]);
});

test("rejects a preemptor that nobody keeps room for", () => {
  expect(preempting(undefined)[0]).toMatchObject({ object: "Pod default/a" });
  expect(preempting("n2")[0]?.sentence).toContain("removes pods from n1 for it");
  expect(preempting(undefined, 5)).toHaveLength(1);
});
