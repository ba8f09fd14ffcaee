import { expect, test } from "vitest";
import { pod, node } from "../fixtures.ts";
import { play } from "../history.ts";
import { cordonedNodesGetNoPods } from "./cordoned-nodes-get-no-pods.ts";

test("accepts a binding decided before the node was cordoned, and one by the user", () => {
  expect(
    play(cordonedNodesGetNoPods, (h) => {
      h.create(node("n1"));
      h.create(pod("a"));
      h.create(pod("b"));
      h.at(60_000).update("nodes", "n1", { spec: { unschedulable: true } });
      h.at(60_005, "kube-scheduler").update("pods", "default/a", { spec: { nodeName: "n1" } });
      h.at(90_000, "kubectl").update("pods", "default/b", { spec: { nodeName: "n1" } });
    }),
  ).toEqual([]);
});

test("rejects a binding long after", () => {
  expect(
    play(cordonedNodesGetNoPods, (h) => {
      h.create(node("n1"));
      h.create(pod("a"));
      h.at(60_000).update("nodes", "n1", { spec: { unschedulable: true } });
      h.at(80_000, "kube-scheduler").update("pods", "default/a", { spec: { nodeName: "n1" } });
    }),
  ).toHaveLength(1);
});
