import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { victimsHaveLowerPriority } from "./victims-have-lower-priority.ts";

test("accepts a victim of lower priority, also when the preemptor has just gone", () => {
  expect(
    play(victimsHaveLowerPriority, (h) => {
      h.create(pod("low", { spec: { nodeName: "n1", priority: 1 } }));
      h.create(pod("low2", { spec: { nodeName: "n1", priority: 1 } }));
      h.create(pod("high", { spec: { priority: 10 } }));
      h.at(1, "kube-scheduler").update("pods", "default/low", {
        metadata: { deletionTimestamp: "2026-01-01T00:00:30Z" },
      });
      h.at(2, "kubectl").remove("pods", "default/high");
      h.at(3, "kube-scheduler").remove("pods", "default/low2");
    }),
  ).toEqual([]);
});

test("rejects a victim of equal priority, and a preemptor that must not preempt", () => {
  const found = play(victimsHaveLowerPriority, (h) => {
    h.create(pod("low", { spec: { nodeName: "n1", priority: 1 } }));
    h.create(pod("equal", { spec: { priority: 1 } }));
    h.create(pod("modest", { spec: { priority: 10, preemptionPolicy: "Never" } }));
    h.at(1, "kube-scheduler").remove("pods", "default/low");
  });
  expect(found).toMatchObject([{ object: "Pod default/low" }]);
});
