import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import type { History } from "../history.ts";
import { policiesOutliveTheirPods } from "./policies-outlive-their-pods.ts";

/** A namespace that ends with a policy and a pod that it selects. */
function script(h: History, podRuns: boolean): void {
  h.create({ kind: "Namespace", metadata: { name: "default", deletionTimestamp: "2026-01-01T00:00:00Z" } });
  h.create({
    kind: "NetworkPolicy",
    metadata: { name: "deny", namespace: "default" },
    spec: { podSelector: { matchLabels: { app: "web" } } },
  });
  const { uid } = h.create(pod("web", { metadata: { labels: { app: "web" } }, spec: { nodeName: "n1" } })).metadata;
  const container = { node: "n1", podKey: "default/web", podUid: uid, container: "app", image: "app:1" };
  h.running.push({ ...container, running: podRuns });
  h.at(1000, "kube-controller-manager");
  h.remove("networkpolicies.networking.k8s.io", "default/deny");
}

test("accepts a policy that goes after its pods have stopped", () => {
  expect(play(policiesOutliveTheirPods, (h) => script(h, false))).toEqual([]);
});

test("rejects a policy that goes before them", () => {
  expect(play(policiesOutliveTheirPods, (h) => script(h, true)).map(({ sentence }) => sentence)).toEqual([
    "kube-controller-manager removed it while the pod web runs, which it selects.",
  ]);
});
