import { expect, test } from "vitest";
import type { Pod } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import { initialState } from "../../../scheduler/loop/state.ts";
import { nominate } from "../../../scheduler/queue/nominator.ts";
import type { Violation } from "../invariant.ts";
import { node, pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { nominatedRoomIsKept } from "./nominated-room-is-kept.ts";

const cpu = (amount: string): object => ({
  containers: [{ name: "app", resources: { requests: { cpu: amount } } }],
});

/** A pod that wants 3 of 4 CPUs is nominated to n1; later one of this priority, which wants so many, is bound there. */
function binding(wanted: string, priority: number, withdrawnAfter?: number): readonly Violation[] {
  return play(nominatedRoomIsKept, (h) => {
    h.create(node("n1"));
    h.create(pod("high", { spec: { ...cpu("3"), priority: 10 } }));
    h.create(pod("other", { spec: { ...cpu(wanted), priority } }));
    h.at(1, "kube-scheduler").update("pods", "default/high", { status: { nominatedNodeName: "n1" } });
    h.at(20_000).update("pods", "default/other", { spec: { nodeName: "n1" } });
    if (withdrawnAfter === undefined) return;
    h.at(20_000 + withdrawnAfter, "kube-scheduler").update("pods", "default/high", {
      status: { nominatedNodeName: "" },
    });
  });
}

test("accepts a pod that fits beside the nominated one, and one that is more important", () => {
  expect(binding("1", 0)).toEqual([]);
  expect(binding("2", 20)).toEqual([]);
});

test("rejects a less important pod that takes the room", () => {
  expect(binding("2", 0)[0]?.sentence).toContain("too little cpu is left for high");
});

test("accepts it when the nomination was already on its way out, and not when it is withdrawn much later", () => {
  expect(binding("2", 0, 2)).toEqual([]);
  expect(binding("2", 0, 500)).toHaveLength(1);
});

test("rejects it, whatever is withdrawn afterwards, when the scheduler itself held the room", () => {
  const held = play(nominatedRoomIsKept, (h) => {
    h.processes = [{ name: "kube-scheduler", up: true, epoch: 0 }];
    h.create(node("n1"));
    const high = cast<Pod>(h.create(pod("high", { spec: { ...cpu("3"), priority: 10 } })));
    h.create(pod("other", { spec: { ...cpu("2"), priority: 0 } }));
    const state = initialState();
    nominate(state.nominator, high, "n1");
    h.memories.set("kube-scheduler", state);
    h.at(1, "kube-scheduler").update("pods", "default/high", { status: { nominatedNodeName: "n1" } });
    h.at(20_000).update("pods", "default/other", { spec: { nodeName: "n1" } });
    h.at(20_002, "kube-scheduler").update("pods", "default/high", { status: { nominatedNodeName: "" } });
  });
  expect(held).toHaveLength(1);
});
