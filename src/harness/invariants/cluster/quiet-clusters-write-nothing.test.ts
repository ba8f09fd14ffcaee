import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { quietClustersWriteNothing } from "./quiet-clusters-write-nothing.ts";

test("accepts heartbeats, and writes about a pod that keeps crashing", () => {
  expect(
    play(quietClustersWriteNothing, (h) => {
      h.create({ kind: "Lease", metadata: { name: "n1", namespace: "kube-node-lease" } });
      return { lateWrites: h.changes };
    }),
  ).toEqual([]);
  expect(
    play(quietClustersWriteNothing, (h) => {
      h.create(pod("a", { status: { containerStatuses: [{ name: "app", ready: false, restartCount: 3 }] } }));
      return { lateWrites: h.changes };
    }),
  ).toEqual([]);
});

test("accepts what a late timer writes, and a container that starts again after a long back-off", () => {
  expect(
    play(quietClustersWriteNothing, (h) => {
      h.at(5, "kube-scheduler").create(pod("a"));
      h.update("pods", "default/a", { status: { phase: "Pending" } });
      return { lateWrites: h.changes };
    }),
  ).toEqual([]);
  expect(
    play(quietClustersWriteNothing, (h) => {
      h.at(5, "kubelet/n1").create(
        pod("a", { status: { containerStatuses: [{ name: "app", ready: true, restartCount: 3 }] } }),
      );
      for (let i = 0; i < 10; i += 1)
        h.update("pods", "default/a", {
          status: { containerStatuses: [{ name: "app", ready: true, restartCount: 4 }] },
        });
      return { lateWrites: h.changes };
    }),
  ).toEqual([]);
});

test("rejects a hot loop", () => {
  expect(
    play(quietClustersWriteNothing, (h) => {
      h.at(5, "kube-controller-manager").create(pod("a"));
      for (let i = 0; i < 10; i += 1)
        h.at(5 + i).update("pods", "default/a", { metadata: { labels: { round: `${i}` } } });
      return { lateWrites: h.changes };
    })[0]?.sentence,
  ).toBe("kube-controller-manager wrote it 8 times in the last minute although nothing is left to do.");
});
