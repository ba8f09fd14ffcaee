import { expect, test } from "vitest";
import { pod, deployment } from "../fixtures.ts";
import { play } from "../history.ts";
import { finalizersKeepObjects } from "./finalizers-keep-objects.ts";

const held = { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["example.com/hold"] };

test("accepts removal by the update that takes the last finalizer away", () => {
  expect(
    play(finalizersKeepObjects, (h) => {
      h.create(deployment({ metadata: held }));
      h.at(10, "kube-controller-manager").remove("deployments.apps", "default/web");
    }),
  ).toEqual([]);
});

test("rejects removal before deletion began, and any removal by a kubelet", () => {
  const found = play(finalizersKeepObjects, (h) => {
    h.create(deployment({ metadata: { finalizers: ["example.com/hold"] } }));
    h.remove("deployments.apps", "default/web");
    h.create(pod("a", { metadata: held }));
    h.at(10, "kubelet/n1").remove("pods", "default/a");
  });
  expect(found.map(({ object }) => object)).toEqual(["Deployment default/web", "Pod default/a"]);
});
