import { expect, test } from "vitest";
import { deployment, replicaSet } from "../fixtures.ts";
import { play } from "../history.ts";
import { pausedDeploymentsStartNoRollout } from "./paused-deployments-start-no-rollout.ts";

test("accepts a rollout that began just before the pause", () => {
  expect(
    play(pausedDeploymentsStartNoRollout, (h) => {
      h.create(deployment());
      h.at(1000).update("deployments.apps", "default/web", { spec: { paused: true } });
      h.at(1005, "kube-controller-manager").create(replicaSet("v2", 1));
    }),
  ).toEqual([]);
});

test("rejects a new ReplicaSet in the middle of a pause", () => {
  expect(
    play(pausedDeploymentsStartNoRollout, (h) => {
      h.create(deployment({ spec: { paused: true } }));
      h.at(60_000, "kube-controller-manager").create(replicaSet("v2", 1));
    }),
  ).toHaveLength(1);
});
