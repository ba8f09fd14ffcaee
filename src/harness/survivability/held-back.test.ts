import { expect, test } from "vitest";
import type { Pod } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import { initialState } from "../../scheduler/loop/state.ts";
import { nominate } from "../../scheduler/queue/nominator.ts";
import { pod } from "../invariants/fixtures.ts";
import { History } from "../invariants/history.ts";
import { heldBackExcuse } from "./held-back.ts";

/** Pod "held" of priority 10 was promised n1 and is held back by its own preemption; "other" has the given priority. */
function excuses(preempting: boolean, priority: number): readonly (string | undefined)[] {
  const h = new History();
  h.processes = [{ name: "kube-scheduler", up: true, epoch: 0 }];
  const held = cast<Pod>(h.create(pod("held", { spec: { priority: 10 } })));
  const other = cast<Pod>(h.create(pod("other", { spec: { priority } })));
  const state = initialState();
  state.queue.unschedulable.set("default/held", cast({ pod: held, gatingPlugin: "DefaultPreemption" }));
  nominate(state.nominator, held, "n1");
  if (preempting) state.preempting.set(held.metadata.uid, cast({}));
  h.memories.set("kube-scheduler", state);
  return [heldBackExcuse(held, h.world), heldBackExcuse(other, h.world)];
}

test("a preemptor that is held back for a preemption that is over has an excuse, and so has who may not take its room", () => {
  expect(excuses(false, 5)).toEqual([
    "it is held back for a preemption that is over",
    "room is promised to Pod default/held, which is held back for a preemption that is over",
  ]);
});

test("nobody has it while the preemption goes on, nor one that is more important", () => {
  expect(excuses(true, 5)).toEqual([undefined, undefined]);
  expect(excuses(false, 20)[1]).toBeUndefined();
});
