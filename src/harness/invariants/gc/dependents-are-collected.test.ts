import { expect, test } from "vitest";
import { deployment, replicaSet, podOf } from "../fixtures.ts";
import { play } from "../history.ts";
import { dependentsAreCollected } from "./dependents-are-collected.ts";

test("accepts dependents of living owners, orphans, and what is on its way out", () => {
  expect(
    play(dependentsAreCollected, (h) => {
      h.create(deployment());
      h.create(replicaSet("v1", 1));
      h.create(podOf("v1", "a"));
      h.create(podOf("gone", "b", { metadata: { deletionTimestamp: "2026-01-01T00:00:30Z" } }));
      h.create(podOf("gone", "c"));
      h.update("pods", "default/c", { metadata: { ownerReferences: undefined } });
    }),
  ).toEqual([]);
});

test("rejects a dependent that outlives its owner, also one of an owner created anew", () => {
  const found = play(dependentsAreCollected, (h) => {
    h.create(replicaSet("v1", 1, { metadata: { ownerReferences: undefined } }));
    h.create(podOf("v1", "a"));
    h.remove("replicasets.apps", "default/web-v1");
    h.create(replicaSet("v1", 1, { metadata: { ownerReferences: undefined, uid: "another" } }));
  });
  expect(found).toMatchObject([{ object: "Pod default/a" }]);
});

test("accepts one of an owner that was created anew while the collector's watch was broken", () => {
  const tell = { process: "kube-controller-manager", resource: "replicasets.apps", kind: "list" } as const;
  const found = play(dependentsAreCollected, (h) => {
    h.tell(tell);
    h.create(replicaSet("v1", 1, { metadata: { ownerReferences: undefined } }));
    h.create(podOf("v1", "a"));
    h.remove("replicasets.apps", "default/web-v1");
    h.create(replicaSet("v1", 1, { metadata: { ownerReferences: undefined, uid: "another" } }));
    h.tell(tell);
  });
  expect(found).toEqual([]);
});
