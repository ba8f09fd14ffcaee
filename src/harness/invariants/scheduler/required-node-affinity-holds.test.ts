import { expect, test } from "vitest";
import { pod, node } from "../fixtures.ts";
import { play } from "../history.ts";
import { requiredNodeAffinityHolds } from "./required-node-affinity-holds.ts";

const wanting = { spec: { nodeSelector: { disk: "ssd" } } };

test("accepts a matching node", () => {
  expect(
    play(requiredNodeAffinityHolds, (h) => {
      h.create(node("n1", { metadata: { labels: { disk: "ssd" } } }));
      h.create(pod("a", wanting));
      h.at(1, "kube-scheduler").update("pods", "default/a", { spec: { nodeName: "n1" } });
    }),
  ).toEqual([]);
});

test("rejects a node that does not match", () => {
  expect(
    play(requiredNodeAffinityHolds, (h) => {
      h.create(node("n1", { metadata: { labels: { disk: "hdd" } } }));
      h.create(pod("a", wanting));
      h.at(1, "kube-scheduler").update("pods", "default/a", { spec: { nodeName: "n1" } });
    }),
  ).toHaveLength(1);
});
