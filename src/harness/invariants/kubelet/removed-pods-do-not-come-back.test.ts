import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import type { History } from "../history.ts";
import { removedPodsDoNotComeBack } from "./removed-pods-do-not-come-back.ts";

/** A pod that its kubelet has removed; its containers may run again. */
function script(h: History, again: boolean): void {
  const { uid } = h.create(pod("web-0", { spec: { nodeName: "n1" } })).metadata;
  h.at(1000, "kubelet/n1");
  h.remove("pods", "default/web-0");
  if (again)
    h.running.push({
      node: "n1",
      podKey: "default/web-0",
      podUid: uid,
      container: "app",
      image: "app:1",
      running: true,
    });
  h.create({
    kind: "Event",
    metadata: { name: "web-0.1", namespace: "default" },
    reason: "Started",
    involvedObject: { kind: "Pod", namespace: "default", name: "web-0", uid },
  });
}

test("accepts an Event that arrives after its pod has gone", () => {
  expect(play(removedPodsDoNotComeBack, (h) => script(h, false))).toEqual([]);
});

test("rejects a kubelet that starts a pod which it has removed", () => {
  expect(play(removedPodsDoNotComeBack, (h) => script(h, true)).map(({ sentence }) => sentence)).toEqual([
    "kubelet/n1 runs its container app again, though it has removed that pod.",
  ]);
});
