import { expect, test } from "vitest";
import { deployment, replicaSet } from "../fixtures.ts";
import { play } from "../history.ts";
import { oneReplicaSetPerTemplate } from "./one-replicaset-per-template.ts";

test("accepts a ReplicaSet for each template", () => {
  expect(
    play(oneReplicaSetPerTemplate, (h) => {
      h.create(deployment());
      h.at(1, "kube-controller-manager").create(replicaSet("v1", 1));
      h.create(replicaSet("v2", 1));
    }),
  ).toEqual([]);
});

test("rejects a second ReplicaSet with the same template", () => {
  expect(
    play(oneReplicaSetPerTemplate, (h) => {
      h.create(deployment());
      h.at(1, "kube-controller-manager").create(replicaSet("v1", 1));
      h.create(replicaSet("v1", 1, { metadata: { name: "web-again", uid: "other" } }));
    }),
  ).toMatchObject([{ object: "ReplicaSet default/web-again" }]);
});
