import { expect, test } from "vitest";
import { pod, readyStatus } from "../fixtures.ts";
import { play } from "../history.ts";
import { podIpsAreUnique } from "./pod-ips-are-unique.ts";

test("accepts an address that is used again, and a short overlap after a reboot", () => {
  expect(
    play(podIpsAreUnique, (h) => {
      h.create(pod("a", { status: readyStatus() }));
      h.remove("pods", "default/a");
      h.create(pod("b", { status: readyStatus() }));
      h.create(pod("c", { status: readyStatus() }));
      h.at(2000).update("pods", "default/b", { status: { podIP: "10.0.0.2" } });
      h.create(pod("host", { spec: { hostNetwork: true }, status: readyStatus() }));
      h.now = 900_000;
    }),
  ).toEqual([]);
});

test("rejects two ready pods with one address", () => {
  expect(
    play(podIpsAreUnique, (h) => {
      h.create(pod("a", { status: readyStatus() }));
      h.create(pod("b", { status: readyStatus() }));
      h.now = 900_000;
    }),
  ).toMatchObject([{ object: "pod IP 10.0.0.1", sentence: "Pods a and b both have it." }]);
});
