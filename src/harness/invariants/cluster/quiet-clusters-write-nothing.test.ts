import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { quietClustersWriteNothing } from "./quiet-clusters-write-nothing.ts";

test("accepts heartbeats, and writes about a pod that keeps crashing", () => {
  expect(play(quietClustersWriteNothing, (h) => {
    h.create({ kind: "Lease", metadata: { name: "n1", namespace: "kube-node-lease" } });
    return { lateWrites: h.changes };
  })).toEqual([]);
  expect(play(quietClustersWriteNothing, (h) => {
    h.create(pod("a", { status: { containerStatuses: [{ name: "app", ready: false, restartCount: 3 }] } }));
    return { lateWrites: h.changes };
  })).toEqual([]);
});

test("rejects a hot loop", () => {
  expect(play(quietClustersWriteNothing, (h) => {
    h.at(5, "kube-controller-manager").create(pod("a"));
    return { lateWrites: h.changes };
  })[0]?.sentence).toBe("kube-controller-manager wrote it although the cluster was quiet.");
});
