import { expect, test } from "vitest";
import { cast } from "../../../base/units.ts";
import { podOf } from "../fixtures.ts";
import { History } from "../history.ts";
import type { Invariant } from "../invariant.ts";
import { createMonitor } from "../monitor.ts";
import { somePodWasReplacedAfterNodeLoss } from "./some-pod-was-replaced-after-node-loss.ts";

function seen(off: boolean): readonly string[] {
  const monitor = createMonitor([cast<Invariant>(somePodWasReplacedAfterNodeLoss)]);
  const h = new History((change, world) => void monitor.onChange(change, world));
  if (off) h.dark.add("n1");
  h.create(podOf("v1", "a", { spec: { nodeName: "n1" } }));
  h.update("pods", "default/a", { metadata: { deletionTimestamp: "2026-01-01T00:06:00Z" } });
  h.create(podOf("v1", "b"));
  h.update("pods", "default/b", { spec: { nodeName: "n2" } });
  return monitor.seen(h.world);
}

test("is seen after a node lost power", () => {
  expect(seen(true)).toEqual(["some-pod-was-replaced-after-node-loss"]);
});

test("is not seen when a pod is deleted on a living node", () => {
  expect(seen(false)).toEqual([]);
});
