import { expect, test } from "vitest";
import { pod, controlledBy, replicaSet, podOf } from "../fixtures.ts";
import { play } from "../history.ts";
import { adoptionIsJust } from "./adoption-is-just.ts";

const adopt = { metadata: { ownerReferences: controlledBy("ReplicaSet", "web-v1", "rs-v1") } };

test("accepts a free pod that matches", () => {
  expect(
    play(adoptionIsJust, (h) => {
      h.create(replicaSet("v1", 1));
      h.create(pod("a", { metadata: { labels: { app: "web", "pod-template-hash": "v1" } } }));
      h.at(1, "kube-controller-manager").update("pods", "default/a", adopt);
    }),
  ).toEqual([]);
});

test("rejects a pod that does not match, and one that another controls", () => {
  expect(
    play(adoptionIsJust, (h) => {
      h.create(replicaSet("v1", 1));
      h.create(pod("a", { metadata: { labels: { app: "db" } } }));
      h.create(podOf("v2", "b"));
      h.at(1, "kube-controller-manager").update("pods", "default/a", adopt);
      h.update("pods", "default/b", adopt);
    }),
  ).toHaveLength(2);
});
