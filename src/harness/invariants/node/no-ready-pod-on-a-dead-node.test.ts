import { expect, test } from "vitest";
import { pod, readyStatus, node } from "../fixtures.ts";
import { play } from "../history.ts";
import { noReadyPodOnADeadNode } from "./no-ready-pod-on-a-dead-node.ts";

const manager = { name: "kube-controller-manager", up: true, epoch: 0 };

test("accepts a pod that the node controller has marked", () => {
  expect(
    play(noReadyPodOnADeadNode, (h) => {
      h.processes = [manager];
      h.dark.add("n1");
      h.create(node("n1"));
      h.create(
        pod("a", {
          spec: { nodeName: "n1" },
          status: { phase: "Running", conditions: [{ type: "Ready", status: "False" }] },
        }),
      );
    }),
  ).toEqual([]);
});

test("rejects a pod that is still Ready", () => {
  expect(
    play(noReadyPodOnADeadNode, (h) => {
      h.processes = [manager];
      h.dark.add("n1");
      h.create(node("n1"));
      h.create(pod("a", { spec: { nodeName: "n1" }, status: readyStatus() }));
    }),
  ).toMatchObject([{ object: "Pod default/a" }]);
});
