import { expect, test } from "vitest";
import { deployment, replicaSet } from "../fixtures.ts";
import { play } from "../history.ts";
import { livingOwnersProtectTheirDependents } from "./living-owners-protect-their-dependents.ts";

test("accepts collection after the owner, removal of an empty ReplicaSet, and deletion by the user", () => {
  expect(
    play(livingOwnersProtectTheirDependents, (h) => {
      h.create({ kind: "Namespace", metadata: { name: "default" } });
      h.create(deployment());
      h.create(replicaSet("v1", 0));
      h.create(replicaSet("v2", 2));
      h.create(replicaSet("v3", 2));
      h.at(1, "kubectl").remove("replicasets.apps", "default/web-v2");
      h.at(2, "kube-controller-manager").remove("replicasets.apps", "default/web-v1");
      h.at(3, "kubectl").remove("deployments.apps", "default/web");
      h.at(4, "kube-controller-manager").remove("replicasets.apps", "default/web-v3");
    }),
  ).toEqual([]);
});

test("rejects the deletion of a ReplicaSet in use", () => {
  const found = play(livingOwnersProtectTheirDependents, (h) => {
    h.create({ kind: "Namespace", metadata: { name: "default" } });
    h.create(deployment());
    h.create(replicaSet("v1", 2));
    h.at(1, "kube-controller-manager").remove("replicasets.apps", "default/web-v1");
  });
  expect(found[0]?.sentence).toBe("kube-controller-manager deleted it, but its owner Deployment web is alive.");
});
