import { expect, test } from "vitest";
import type { Violation } from "../invariant.ts";
import { node, pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { hardSpreadHolds } from "./hard-spread-holds.ts";

const labels = { app: "a" };
const topologySpreadConstraints = [
  { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", labelSelector: { matchLabels: labels } },
];

/** Zones z1 and z2 have a node each; pods go to these nodes in turn. */
function binding(...nodes: readonly string[]): readonly Violation[] {
  return play(hardSpreadHolds, (h) => {
    h.create(node("n1", { metadata: { labels: { zone: "z1" } } }));
    h.create(node("n2", { metadata: { labels: { zone: "z2" } } }));
    for (const i of nodes.keys()) h.create(pod(`p${i}`, { metadata: { labels }, spec: { topologySpreadConstraints } }));
    h.at(60_000, "kube-scheduler");
    for (const [i, nodeName] of nodes.entries()) h.update("pods", `default/p${i}`, { spec: { nodeName } });
  });
}

test("accepts a skew of one", () => {
  expect(binding("n1", "n2", "n2")).toEqual([]);
});

test("rejects a skew of two", () => {
  expect(binding("n1", "n1")[0]?.sentence).toContain("makes the skew over zone 2 of at most 1");
});
