import { expect, test } from "vitest";
import { pod, readyStatus } from "../fixtures.ts";
import { play } from "../history.ts";
import { readyMeansContainersReady } from "./ready-means-containers-ready.ts";

test("accepts a consistent status, and what others write", () => {
  expect(
    play(readyMeansContainersReady, (h) => {
      h.create(pod("a", { status: { ...readyStatus(), phase: "Failed" } }));
      h.at(1, "kubelet/n1").update("pods", "default/a", { status: readyStatus() });
    }),
  ).toEqual([]);
});

test.each([
  ["phase Pending", { phase: "Pending" }],
  ["an unready container", { containerStatuses: [{ name: "app", ready: false, restartCount: 0 }] }],
])("rejects Ready with %s", (_what, status) => {
  expect(
    play(readyMeansContainersReady, (h) => {
      h.create(pod("a"));
      h.at(1, "kubelet/n1").update("pods", "default/a", { status: { ...readyStatus(), ...status } });
    }),
  ).toHaveLength(1);
});

test("rejects Ready with a readiness gate that is not set", () => {
  expect(
    play(readyMeansContainersReady, (h) => {
      h.create(pod("a", { spec: { readinessGates: [{ conditionType: "example.com/lb" }] } }));
      h.at(1, "kubelet/n1").update("pods", "default/a", { status: readyStatus() });
    })[0]?.sentence,
  ).toContain("example.com/lb");
});
