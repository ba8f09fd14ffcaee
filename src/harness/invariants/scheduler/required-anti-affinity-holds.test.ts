import { expect, test } from "vitest";
import type { Violation } from "../invariant.ts";
import { node, pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { requiredAntiAffinityHolds } from "./required-anti-affinity-holds.ts";

const apart = {
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { topologyKey: "zone", labelSelector: { matchLabels: { app: "a" } } },
    ],
  },
};

/** Pod a runs on n1 in zone z1; b, which keeps away from it or not, is bound to n2. */
function binding(zone: string, affinity: object | undefined): readonly Violation[] {
  return play(requiredAntiAffinityHolds, (h) => {
    h.create(node("n1", { metadata: { labels: { zone: "z1" } } }));
    h.create(node("n2", { metadata: { labels: { zone } } }));
    h.create(pod("a", { metadata: { labels: { app: "a" } } }));
    h.create(pod("b", { metadata: { labels: { app: "b" } }, spec: { affinity } }));
    h.at(1, "kube-scheduler").update("pods", "default/a", { spec: { nodeName: "n1" } });
    h.update("pods", "default/b", { spec: { nodeName: "n2" } });
  });
}

test("accepts another domain, and a pod without terms", () => {
  expect(binding("z2", apart)).toEqual([]);
  expect(binding("z1", undefined)).toEqual([]);
});

test("rejects the same domain, whoever of the two has the term", () => {
  expect(binding("z1", apart)[0]?.sentence).toContain("keeps it and a on n1 apart");
  const other = play(requiredAntiAffinityHolds, (h) => {
    h.create(node("n1", { metadata: { labels: { zone: "z1" } } }));
    h.create(pod("a", { metadata: { labels: { app: "a" } }, spec: { affinity: apart } }));
    h.create(pod("b", { metadata: { labels: { app: "a" } } }));
    h.at(1, "kube-scheduler").update("pods", "default/a", { spec: { nodeName: "n1" } });
    h.update("pods", "default/b", { spec: { nodeName: "n1" } });
  });
  expect(other).toHaveLength(1);
});
