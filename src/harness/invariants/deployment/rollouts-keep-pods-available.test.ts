import { expect, test } from "vitest";
import { deployment, replicaSet } from "../fixtures.ts";
import { play } from "../history.ts";
import type { Violation } from "../invariant.ts";
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

/** A user deletes a new ReplicaSet whose one pod is available; later its controller makes the old one smaller. */
function shrinksAfterDeletion(later: number): readonly Violation[] {
  return play(rolloutsKeepPodsAvailable, (h) => {
    h.create(deployment({ spec: { replicas: 1 } }));
    h.at(0, "kube-controller-manager").create(replicaSet("v1", 1, { status: { availableReplicas: 1 } }));
    h.create(replicaSet("v2", 1, { status: { availableReplicas: 1 } }));
    h.at(60_000, "kubectl").remove("replicasets.apps", "default/web-v2");
    h.at(60_000 + later, "kube-controller-manager").update("replicasets.apps", "default/web-v1", {
      spec: { replicas: 0 },
    });
  });
}

test("accepts what the controller decides before it knows that a ReplicaSet is deleted, and no more", () => {
  expect(shrinksAfterDeletion(2)).toEqual([]);
  expect(shrinksAfterDeletion(20_000)).toHaveLength(1);
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
