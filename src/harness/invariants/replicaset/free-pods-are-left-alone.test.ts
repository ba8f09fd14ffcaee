import { expect, test } from "vitest";
import { pod, node } from "../fixtures.ts";
import { play } from "../history.ts";
import { freePodsAreLeftAlone } from "./free-pods-are-left-alone.ts";

const going = { metadata: { deletionTimestamp: "2026-01-01T00:01:30Z" } };

test("accepts eviction from a tainted node, and collection after a node", () => {
  expect(
    play(freePodsAreLeftAlone, (h) => {
      h.create(node("n1", { spec: { taints: [{ key: "k", effect: "NoExecute" }] } }));
      h.create(pod("a", { spec: { nodeName: "n1" } }));
      h.create(pod("b", { spec: { nodeName: "lost" } }));
      h.at(60_000, "kube-controller-manager").update("pods", "default/a", going);
      h.remove("pods", "default/b");
    }),
  ).toEqual([]);
});

test("rejects the deletion of a stranger", () => {
  expect(
    play(freePodsAreLeftAlone, (h) => {
      h.create(node("n1"));
      h.create(pod("a", { spec: { nodeName: "n1" } }));
      h.at(60_000, "kube-controller-manager").update("pods", "default/a", going);
    }),
  ).toMatchObject([{ object: "Pod default/a" }]);
});
