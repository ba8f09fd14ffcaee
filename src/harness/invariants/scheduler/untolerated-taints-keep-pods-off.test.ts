import { expect, test } from "vitest";
import { pod, node } from "../fixtures.ts";
import { play } from "../history.ts";
import { untoleratedTaintsKeepPodsOff } from "./untolerated-taints-keep-pods-off.ts";

const tainted = { spec: { taints: [{ key: "gpu", value: "yes", effect: "NoSchedule" }] } };

test("accepts tolerated taints, and a taint that came while the pod was being bound", () => {
  expect(
    play(untoleratedTaintsKeepPodsOff, (h) => {
      h.create(node("n1", tainted));
      h.create(node("n2"));
      h.create(pod("a", { spec: { tolerations: [{ key: "gpu", operator: "Exists" }] } }));
      h.create(pod("b"));
      h.at(1, "kube-scheduler").update("pods", "default/a", { spec: { nodeName: "n1" } });
      h.at(60_000, "kubectl").update("nodes", "n2", tainted);
      h.at(60_001, "kube-scheduler").update("pods", "default/b", { spec: { nodeName: "n2" } });
    }),
  ).toEqual([]);
});

test("rejects a binding that ignores a taint", () => {
  expect(
    play(untoleratedTaintsKeepPodsOff, (h) => {
      h.create(node("n1", tainted));
      h.create(pod("a"));
      h.at(20_000, "kube-scheduler").update("pods", "default/a", { spec: { nodeName: "n1" } });
    })[0]?.sentence,
  ).toBe("kube-scheduler bound it to n1, although it does not tolerate the taint gpu:NoSchedule.");
});
