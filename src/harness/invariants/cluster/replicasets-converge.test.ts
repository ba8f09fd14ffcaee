import { expect, test } from "vitest";
import { readyStatus, replicaSet, podOf } from "../fixtures.ts";
import { play } from "../history.ts";
import { replicaSetsConverge } from "./replicasets-converge.ts";

test("accepts a true status", () => {
  expect(
    play(replicaSetsConverge, (h) => {
      h.create(replicaSet("v1", 1, { status: { replicas: 1, readyReplicas: 1 } }));
      h.create(podOf("v1", "a", { status: readyStatus() }));
      h.now = 60_000;
    }),
  ).toEqual([]);
});

test("rejects a missing pod, and a status that counts wrongly", () => {
  expect(
    play(replicaSetsConverge, (h) => {
      h.create(replicaSet("v1", 1, { status: { replicas: 1 } }));
      h.create(replicaSet("v2", 1, { status: { replicas: 1 } }));
      h.create(podOf("v2", "b", { status: readyStatus() }));
      h.now = 60_000;
    }),
  ).toHaveLength(2);
});
