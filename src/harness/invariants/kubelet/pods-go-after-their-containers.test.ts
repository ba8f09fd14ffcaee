import { expect, test } from "vitest";
import { pod, node } from "../fixtures.ts";
import { play } from "../history.ts";
import { podsGoAfterTheirContainers } from "./pods-go-after-their-containers.ts";

const container = { node: "n1", podKey: "default/a", podUid: "uid-2", container: "app", image: "app:1", running: true };

test("accepts removal after the containers, by force of the user, and from a lost node", () => {
  expect(
    play(podsGoAfterTheirContainers, (h) => {
      h.create(node("n1"));
      h.create(pod("a", { spec: { nodeName: "n1" } }));
      h.running.push({ ...container, running: false });
      h.at(1, "kubelet/n1").remove("pods", "default/a");
      h.create(pod("b", { spec: { nodeName: "n1" } }));
      h.at(2, "kubectl").remove("pods", "default/b");
      h.create(pod("c", { spec: { nodeName: "lost" } }));
      h.at(3, "kube-controller-manager").remove("pods", "default/c");
    }),
  ).toEqual([]);
});

test("rejects a kubelet that is too quick", () => {
  expect(
    play(podsGoAfterTheirContainers, (h) => {
      h.create(node("n1"));
      h.create(pod("a", { spec: { nodeName: "n1" } }));
      h.running.push(container);
      h.at(1, "kubelet/n1").remove("pods", "default/a");
    })[0]?.sentence,
  ).toBe("kubelet/n1 removed it while its container app was running.");
});

test("rejects a controller that uses force on a node that is only unreachable", () => {
  expect(
    play(podsGoAfterTheirContainers, (h) => {
      h.create(node("n1"));
      h.create(
        pod("a", {
          spec: { nodeName: "n1" },
          metadata: { deletionTimestamp: "2026-01-01T00:06:00Z", deletionGracePeriodSeconds: 30 },
        }),
      );
      h.at(600_000, "kube-controller-manager").remove("pods", "default/a");
    }),
  ).toHaveLength(1);
});
