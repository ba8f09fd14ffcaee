import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { onlySchedulablePodsAreBound } from "./only-schedulable-pods-are-bound.ts";

test("accepts binding after the last gate is gone", () => {
  expect(
    play(onlySchedulablePodsAreBound, (h) => {
      h.create(pod("a", { spec: { schedulingGates: [{ name: "g" }] } }));
      h.update("pods", "default/a", { spec: { schedulingGates: undefined } });
      h.update("pods", "default/a", { spec: { nodeName: "n1" } });
    }),
  ).toEqual([]);
});

test("rejects the binding of a gated and of a terminating pod", () => {
  expect(
    play(onlySchedulablePodsAreBound, (h) => {
      h.create(pod("a", { spec: { schedulingGates: [{ name: "g" }] } }));
      h.update("pods", "default/a", { spec: { nodeName: "n1" } });
      h.create(pod("b", { metadata: { deletionTimestamp: "2026-01-01T00:00:30Z" } }));
      h.update("pods", "default/b", { spec: { nodeName: "n1" } });
    }),
  ).toHaveLength(2);
});
