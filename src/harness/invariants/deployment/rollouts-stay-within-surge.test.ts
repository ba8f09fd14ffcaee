import { expect, test } from "vitest";
import { deployment, replicaSet } from "../fixtures.ts";
import { play } from "../history.ts";
import { rolloutsStayWithinSurge } from "./rollouts-stay-within-surge.ts";

const grow = { spec: { replicas: 1 } };

test("accepts the surge, and more than that while a Deployment is scaled down", () => {
  expect(
    play(rolloutsStayWithinSurge, (h) => {
      h.create(deployment());
      h.by = "kube-controller-manager";
      h.create(replicaSet("v1", 4));
      h.create(replicaSet("v2", 0));
      h.update("replicasets.apps", "default/web-v2", grow);
      h.at(1000, "kubectl").update("deployments.apps", "default/web", { spec: { replicas: 1 } });
    }),
  ).toEqual([]);
});

test("accepts that one for the template before was made moments ago, which the controller may not see yet", () => {
  const older = {
    spec: { template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "old" }] } } },
  };
  expect(
    play(rolloutsStayWithinSurge, (h) => {
      h.create(deployment());
      h.at(1, "kube-controller-manager").create(replicaSet("v1", 4));
      h.at(30_000).create(replicaSet("v2", 1, older));
      h.create(replicaSet("v3", 1));
    }),
  ).toEqual([]);
});

test("rejects a pod more than the surge", () => {
  expect(
    play(rolloutsStayWithinSurge, (h) => {
      h.create(deployment());
      h.at(1, "kube-controller-manager").create(replicaSet("v1", 4));
      h.at(30_000).create(replicaSet("v2", 2));
    })[0]?.sentence,
  ).toBe("ReplicaSet web-v2 was scaled up to 2, so that its ReplicaSets want 6 pods; replicas + maxSurge is 5.");
});
