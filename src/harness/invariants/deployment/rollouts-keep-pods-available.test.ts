import { expect, test } from "vitest";
import { deployment, replicaSet } from "../fixtures.ts";
import { play } from "../history.ts";
import { rolloutsKeepPodsAvailable } from "./rollouts-keep-pods-available.ts";

test("accepts the allowed step, and removal of pods that are not available", () => {
  expect(
    play(rolloutsKeepPodsAvailable, (h) => {
      h.create(deployment());
      h.at(0, "kube-controller-manager").create(replicaSet("v1", 4, { status: { availableReplicas: 4 } }));
      h.create(replicaSet("v2", 1));
      h.at(60_000).update("replicasets.apps", "default/web-v1", { spec: { replicas: 3 } });
      h.update("replicasets.apps", "default/web-v2", { spec: { replicas: 2 } });
      h.at(70_000, "kubelet").update("replicasets.apps", "default/web-v1", { status: { availableReplicas: 1 } });
      h.at(90_000, "kube-controller-manager").update("replicasets.apps", "default/web-v1", { spec: { replicas: 1 } });
    }),
  ).toEqual([]);
});

test("rejects a step too far", () => {
  expect(
    play(rolloutsKeepPodsAvailable, (h) => {
      h.create(deployment());
      h.at(0, "kube-controller-manager").create(replicaSet("v1", 4, { status: { availableReplicas: 4 } }));
      h.create(replicaSet("v2", 1));
      h.at(60_000).update("replicasets.apps", "default/web-v1", { spec: { replicas: 2 } });
    })[0]?.sentence,
  ).toBe(
    "ReplicaSet web-v1 was scaled down from 4 to 2, which leaves 2 available pods; replicas − maxUnavailable is 3.",
  );
});
