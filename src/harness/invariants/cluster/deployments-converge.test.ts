import { expect, test } from "vitest";
import { pod, node, controlledBy, deployment, replicaSet } from "../fixtures.ts";
import { play } from "../history.ts";
import { deploymentsConverge } from "./deployments-converge.ts";

const done = { observedGeneration: 1, replicas: 4, updatedReplicas: 4, availableReplicas: 4 };
const old = { metadata: { annotations: { "deployment.kubernetes.io/revision": "1" } } };
const current = { metadata: { annotations: { "deployment.kubernetes.io/revision": "2" } } };

test("accepts a complete rollout, a paused one, and one that has no room", () => {
  expect(
    play(deploymentsConverge, (h) => {
      h.create(deployment({ status: done }));
      h.create(replicaSet("v1", 0, old));
      h.create(replicaSet("v2", 4, current));
      h.create(deployment({ metadata: { name: "paused", uid: "p" }, spec: { paused: true } }));
      h.create(node("n1"));
      h.create(deployment({ metadata: { name: "big", uid: "b" } }));
      h.create(
        pod("huge", {
          metadata: { ownerReferences: controlledBy("Deployment", "big", "b") },
          spec: { containers: [{ name: "app", resources: { requests: { cpu: "9" } } }] },
        }),
      );
      h.now = 600_000;
    }),
  ).toEqual([]);
});

test("rejects one that stands still, and one whose old ReplicaSet is left", () => {
  const found = play(deploymentsConverge, (h) => {
    h.create(deployment({ status: { ...done, availableReplicas: 3 } }));
    h.create(deployment({ metadata: { name: "two", uid: "deployment-two" }, status: done }));
    h.create(
      replicaSet("v1", 1, {
        metadata: { ...old.metadata, ownerReferences: controlledBy("Deployment", "two", "deployment-two") },
      }),
    );
    h.create(
      replicaSet("v2", 3, {
        metadata: { ...current.metadata, ownerReferences: controlledBy("Deployment", "two", "deployment-two") },
      }),
    );
    h.now = 600_000;
  });
  expect(found.map(({ sentence }) => sentence)).toEqual([
    "It has 3 available replicas instead of 4, and nothing excuses it.",
    "Its old ReplicaSet web-v1 still wants 1 pods, and nothing excuses it.",
  ]);
});
