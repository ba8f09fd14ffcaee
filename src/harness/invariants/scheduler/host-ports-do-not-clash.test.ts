import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import type { Overlay } from "../history.ts";
import { play } from "../history.ts";
import { hostPortsDoNotClash } from "./host-ports-do-not-clash.ts";

const port = (hostPort: number): Overlay => ({
  spec: { containers: [{ name: "app", ports: [{ containerPort: 80, hostPort }] }] },
});

test("accepts different ports", () => {
  expect(
    play(hostPortsDoNotClash, (h) => {
      h.create(pod("a", port(80)));
      h.create(pod("b", port(81)));
      h.at(1, "kube-scheduler").update("pods", "default/a", { spec: { nodeName: "n1" } });
      h.update("pods", "default/b", { spec: { nodeName: "n1" } });
    }),
  ).toEqual([]);
});

test("rejects the same port twice", () => {
  expect(
    play(hostPortsDoNotClash, (h) => {
      h.create(pod("a", port(80)));
      h.create(pod("b", port(80)));
      h.at(1, "kube-scheduler").update("pods", "default/a", { spec: { nodeName: "n1" } });
      h.update("pods", "default/b", { spec: { nodeName: "n1" } });
    })[0]?.sentence,
  ).toContain("a already has host port TCP 80");
});
