import { expect, test } from "vitest";
import { replicaSet, podOf } from "../fixtures.ts";
import { play } from "../history.ts";
import { replicaSetCreatesNoSurplus } from "./replicaset-creates-no-surplus.ts";

test("accepts replacement of deleted and failed pods, and pods ordered before a scale-down", () => {
  expect(
    play(replicaSetCreatesNoSurplus, (h) => {
      h.by = "kube-controller-manager";
      h.create(replicaSet("v1", 2));
      h.create(podOf("v1", "a"));
      h.create(podOf("v1", "b"));
      h.update("pods", "default/a", { metadata: { deletionTimestamp: "2026-01-01T00:00:30Z" } });
      h.create(podOf("v1", "c"));
      h.update("pods", "default/b", { status: { phase: "Failed" } });
      h.at(1000).update("replicasets.apps", "default/web-v1", { spec: { replicas: 1 } });
      h.at(1001).create(podOf("v1", "d"));
    }),
  ).toEqual([]);
});

test("rejects a pod too many", () => {
  expect(
    play(replicaSetCreatesNoSurplus, (h) => {
      h.by = "kube-controller-manager";
      h.create(replicaSet("v1", 1));
      h.create(podOf("v1", "a"));
      h.create(podOf("v1", "b"));
    })[0]?.sentence,
  ).toBe("Pod b was created as its active pod 2; spec.replicas is 1.");
});
