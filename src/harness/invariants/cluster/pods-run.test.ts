import { expect, test } from "vitest";
import { pod, readyStatus, node } from "../fixtures.ts";
import { play } from "../history.ts";
import { podsRun } from "./pods-run.ts";

test("accepts pods that run, that ended, that are gated, and that fit nowhere", () => {
  expect(
    play(podsRun, (h) => {
      h.create(node("n1", { spec: { unschedulable: true } }));
      h.create(pod("a", { spec: { nodeName: "n1" }, status: readyStatus() }));
      h.create(pod("b", { status: { phase: "Succeeded" } }));
      h.create(pod("c", { spec: { schedulingGates: [{ name: "g" }] } }));
      h.create(pod("d"));
    }),
  ).toEqual([]);
});

test("rejects pods that could run, and one that does not go", () => {
  const found = play(podsRun, (h) => {
    h.create(node("n1"));
    h.create(pod("a"));
    h.create(pod("b", { spec: { nodeName: "n1" }, status: { phase: "Running" } }));
    h.create(pod("c", { spec: { nodeName: "n1" }, metadata: { deletionTimestamp: "2026-01-01T00:00:30Z" } }));
    h.now = 90_000;
  });
  expect(found.map(({ sentence }) => sentence)).toEqual([
    "It is Pending without a node, and nothing excuses it.",
    "It is Running and not Ready on n1, and nothing excuses it.",
    "It is Terminating, and nothing excuses it.",
  ]);
});
