import { expect, test } from "vitest";
import { cast } from "../../../base/units.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import { initialState } from "../../../scheduler/loop/state.ts";
import { nominate } from "../../../scheduler/queue/nominator.ts";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import type { Violation } from "../invariant.ts";
import { preemptorsAreNominated } from "./preemptors-are-nominated.ts";

interface Circumstances {
  /** Priority of another pod that is nominated to the same node. */
  readonly followedBy?: number;
  /** The victim is. */
  readonly gone?: boolean;
  /** Where the pod was nominated when it was tried. */
  readonly before?: string;
  /** Where it is by what the scheduler was told since. */
  readonly told?: string;
}

/** Victims on n1 are removed for pod a of priority 10, which is nominated as given, when the scheduler writes something. */
function preempting(
  nominated: string | undefined,
  { followedBy, gone = false, before, told }: Circumstances = {},
): readonly Violation[] {
  return play(preemptorsAreNominated, (h) => {
    h.processes = [{ name: "kube-scheduler", up: true, epoch: 0 }];
    const state = initialState();
    const preemptor = cast<Pod>(h.create(pod("a", { spec: { priority: 10 }, status: { nominatedNodeName: before } })));
    const known =
      told === undefined ? preemptor : h.update("pods", "default/a", { status: { nominatedNodeName: told } });
    state.queue.queued.set("default/a", cast({ pod: known }));
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
  expect(preempting(undefined, { followedBy: 20 })).toEqual([]);
});

test("accepts one whose last victim has gone before the answer came", () => {
  expect(preempting(undefined, { gone: true })).toEqual([]);
});

test("accepts one that has just been told that its earlier nomination is withdrawn", () => {
  expect(preempting(undefined, { before: "n2", told: "" })).toEqual([]);
  expect(preempting(undefined, { before: "n2" })).toHaveLength(1);
  expect(preempting(undefined, { told: "" })).toHaveLength(1);
});

test("rejects a preemptor that nobody keeps room for", () => {
  expect(preempting(undefined)[0]).toMatchObject({ object: "Pod default/a" });
  expect(preempting("n2")[0]?.sentence).toContain("removes pods from n1 for it");
  expect(preempting(undefined, { followedBy: 5 })).toHaveLength(1);
});
