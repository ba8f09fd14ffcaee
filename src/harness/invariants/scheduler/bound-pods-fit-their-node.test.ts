import { expect, test } from "vitest";
import { pod, node } from "../fixtures.ts";
import type { Overlay } from "../history.ts";
import { play } from "../history.ts";
import { boundPodsFitTheirNode } from "./bound-pods-fit-their-node.ts";

const asks = (cpu: string): Overlay => ({ spec: { containers: [{ name: "app", resources: { requests: { cpu } } }] } });

test("accepts a full node, room made by a pod that ended, and a pod that another bound moments ago", () => {
  expect(
    play(boundPodsFitTheirNode, (h) => {
      h.create(node("n1"));
      for (const name of ["a", "b", "c"]) h.create(pod(name, asks("2")));
      h.at(1, "kube-scheduler").update("pods", "default/a", { spec: { nodeName: "n1" } });
      h.update("pods", "default/b", { spec: { nodeName: "n1" } });
      h.at(2, "kubelet/n1").update("pods", "default/a", { status: { phase: "Succeeded" } });
      h.at(3, "kube-scheduler").update("pods", "default/c", { spec: { nodeName: "n1" } });
      h.create(node("n2"));
      h.create(pod("static", { spec: { nodeName: "n2", ...asks("3") } }));
      h.create(pod("d", asks("3")));
      h.update("pods", "default/d", { spec: { nodeName: "n2" } });
    }),
  ).toEqual([]);
});

test("rejects an overcommitted node", () => {
  expect(
    play(boundPodsFitTheirNode, (h) => {
      h.create(node("n1"));
      for (const name of ["a", "b", "c"]) h.create(pod(name, asks("1500m")));
      h.by = "kube-scheduler";
      for (const name of ["a", "b", "c"]) h.update("pods", `default/${name}`, { spec: { nodeName: "n1" } });
    })[0]?.sentence,
  ).toBe("kube-scheduler bound it to n1, where 3000m of 4000m cpu were taken and it asks for 1500m.");
});
