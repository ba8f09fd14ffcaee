import { expect, test } from "vitest";
import { deploymentsConverge } from "./cluster/deployments-converge.ts";
import { replicaSetsConverge } from "./cluster/replicasets-converge.ts";
import { controlledBy, deployment, node, pod, readyStatus, replicaSet } from "./fixtures.ts";
import { play } from "./history.ts";
import type { History } from "./history.ts";

const CONTROLLERS = "kube-controller-manager";
const owned = { metadata: { ownerReferences: controlledBy("ReplicaSet", "web-v1", "rs-v1") } };

/** A ReplicaSet of one replica whose pod has gone again; the controllers may have been told of it. */
function lost(h: History, told: boolean): void {
  h.create(node("n1"));
  h.create(deployment({ spec: { replicas: 1 } }));
  h.create(replicaSet("v1", 1));
  h.create(pod("a", { ...owned, status: readyStatus() }));
  const created = h.last.after;
  h.remove("pods", "default/a");
  if (told && created !== undefined)
    h.tell({ process: CONTROLLERS, resource: "pods", kind: "watch", events: [{ type: "ADDED", object: created }] });
  h.now = 600_000;
}

test("a pod that came and went unseen excuses its owners", () => {
  expect(play(replicaSetsConverge, (h) => lost(h, false))).toEqual([]);
  expect(play(deploymentsConverge, (h) => lost(h, false))).toEqual([]);
});

test("one that was seen does not", () => {
  expect(play(replicaSetsConverge, (h) => lost(h, true))).toHaveLength(1);
  expect(play(deploymentsConverge, (h) => lost(h, true))).toHaveLength(1);
});
