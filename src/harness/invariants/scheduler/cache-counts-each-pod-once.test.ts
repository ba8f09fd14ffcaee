import { expect, test } from "vitest";
import { cast } from "../../../base/units.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import { addPodToNode, emptyNodeInfo } from "../../../scheduler/cache/node-info.ts";
import { initialState } from "../../../scheduler/loop/state.ts";
import type { Violation } from "../invariant.ts";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { cacheCountsEachPodOnce } from "./cache-counts-each-pod-once.ts";

/** The informer shows pod a on n1; the cache counts it on these nodes. */
function counting(...nodes: readonly string[]): readonly Violation[] {
  return play(cacheCountsEachPodOnce, (h) => {
    h.processes = [{ name: "kube-scheduler", up: true, epoch: 0 }];
    const a = h.create(pod("a", { spec: { nodeName: "n1" } }));
    h.believed.set("kube-scheduler", new Map([["pods", [a]]]));
    const state = initialState();
    for (const name of nodes) {
      const info = state.cache.nodes.get(name) ?? emptyNodeInfo(name);
      addPodToNode(info, cast<Pod>({ ...a, spec: { containers: [], ...pod("a").spec } }));
      state.cache.nodes.set(name, info);
    }
    h.memories.set("kube-scheduler", state);
  });
}

test("accepts a pod that counts once on its node", () => {
  expect(counting("n1")).toEqual([]);
});

test.each([
  ["twice", ["n1", "n1"], "counts it twice"],
  ["elsewhere", ["n2"], "but it is bound to n1"],
  ["nowhere", [], "does not count"],
])("rejects a pod that counts %s", (_how, nodes, sentence) => {
  expect(counting(...nodes)[0]?.sentence).toContain(sentence);
});
