import { expect, test } from "vitest";
import { deployment, replicaSet, podOf } from "../fixtures.ts";
import { play } from "../history.ts";
import { recreateWaitsForOldPods } from "./recreate-waits-for-old-pods.ts";

const recreate = { spec: { strategy: { type: "Recreate" } } };

test("accepts new pods after the old ones, finished ones aside", () => {
  expect(
    play(recreateWaitsForOldPods, (h) => {
      h.create(deployment(recreate));
      h.create(replicaSet("v1", 2));
      h.create(podOf("v1", "a"));
      h.create(podOf("v1", "b", { status: { phase: "Failed" } }));
      h.create(replicaSet("v2", 2));
      h.at(60_000).remove("pods", "default/a");
      h.create(podOf("v2", "c"));
    }),
  ).toEqual([]);
});

test("accepts new pods beside one that was relabelled and released", () => {
  expect(
    play(recreateWaitsForOldPods, (h) => {
      h.create(deployment(recreate));
      h.create(replicaSet("v1", 1));
      h.create(podOf("v1", "a"));
      h.create(replicaSet("v2", 1));
      h.at(30_000).update("pods", "default/a", { metadata: { labels: { app: "elsewhere" }, ownerReferences: [] } });
      h.at(60_000).create(podOf("v2", "c"));
    }),
  ).toEqual([]);
});

test("accepts new pods beside those of a ReplicaSet that was deleted", () => {
  expect(
    play(recreateWaitsForOldPods, (h) => {
      h.create(deployment(recreate));
      h.create(replicaSet("v1", 1));
      h.create(podOf("v1", "a"));
      h.at(60_000).remove("replicasets.apps", "default/web-v1");
      h.create(replicaSet("v2", 1));
      h.create(podOf("v2", "c"));
    }),
  ).toEqual([]);
});

test("accepts two versions of a Deployment that was paused amid its rollout", () => {
  expect(
    play(recreateWaitsForOldPods, (h) => {
      h.create(deployment(recreate));
      h.create(replicaSet("v1", 1));
      h.create(podOf("v1", "a"));
      h.create(replicaSet("v2", 0));
      h.at(60_000).update("deployments.apps", "default/web", { spec: { paused: true } });
      h.create(podOf("v2", "c"));
    }),
  ).toEqual([]);
});

test("rejects two versions side by side", () => {
  expect(
    play(recreateWaitsForOldPods, (h) => {
      h.create(deployment(recreate));
      h.create(replicaSet("v1", 1));
      h.create(podOf("v1", "a", { metadata: { deletionTimestamp: "2026-01-01T00:01:30Z" } }));
      h.create(replicaSet("v2", 1));
      h.at(60_000).create(podOf("v2", "c"));
    }),
  ).toMatchObject([{ object: "Pod default/c" }]);
});

test("still knows an old pod that got the labels of its node's place with its binding", () => {
  const labels = { app: "web", "pod-template-hash": "v1", "topology.kubernetes.io/zone": "zone-a" };
  expect(
    play(recreateWaitsForOldPods, (h) => {
      h.create(deployment(recreate));
      h.create(replicaSet("v1", 1));
      h.create(podOf("v1", "a"));
      h.at(30_000).update("pods", "default/a", { metadata: { labels }, spec: { nodeName: "n1" } });
      h.create(replicaSet("v2", 1));
      h.at(60_000).create(podOf("v2", "c"));
    }),
  ).toMatchObject([{ object: "Pod default/c" }]);
});
