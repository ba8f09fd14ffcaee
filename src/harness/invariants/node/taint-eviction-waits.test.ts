import { expect, test } from "vitest";
import { pod, node } from "../fixtures.ts";
import { play } from "../history.ts";
import { taintEvictionWaits } from "./taint-eviction-waits.ts";

const unreachable = { key: "node.kubernetes.io/unreachable", effect: "NoExecute" };
const patient = { nodeName: "n1", tolerations: [{ ...unreachable, operator: "Exists", tolerationSeconds: 300 }] };
const evicted = {
  metadata: { deletionTimestamp: "2026-01-01T00:00:30Z" },
  status: { conditions: [{ type: "DisruptionTarget", status: "True", reason: "DeletionByTaintManager" }] },
};

test("accepts eviction at the end of tolerationSeconds, and at once without toleration", () => {
  expect(
    play(taintEvictionWaits, (h) => {
      h.create(node("n1"));
      h.create(pod("a", { spec: patient }));
      h.create(pod("b", { spec: { nodeName: "n1" } }));
      h.at(50_000, "kube-controller-manager").update("nodes", "n1", { spec: { taints: [unreachable] } });
      h.at(50_010).update("pods", "default/b", evicted);
      h.at(350_000).update("pods", "default/a", evicted);
    }),
  ).toEqual([]);
});

test("rejects eviction too early, and from a node without taint", () => {
  const found = play(taintEvictionWaits, (h) => {
    h.create(node("n1"));
    h.create(node("n2"));
    h.create(pod("a", { spec: patient }));
    h.create(pod("b", { spec: { nodeName: "n2" } }));
    h.at(50_000, "kube-controller-manager").update("nodes", "n1", { spec: { taints: [unreachable] } });
    h.at(80_000).update("pods", "default/a", evicted);
    h.update("pods", "default/b", evicted);
  });
  expect(found.map(({ sentence }) => sentence)).toEqual([
    "It was evicted 30 s after its node got a NoExecute taint that it tolerates for 300 s.",
    "It was evicted for a NoExecute taint, but n2 has none.",
  ]);
});
