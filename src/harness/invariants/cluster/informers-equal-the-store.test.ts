import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { informersEqualTheStore } from "./informers-equal-the-store.ts";

test("accepts a scheduler that knows all, finished pods aside", () => {
  expect(
    play(informersEqualTheStore, (h) => {
      h.processes = [{ name: "kube-scheduler", up: true, epoch: 0 }];
      const a = h.create(pod("a"));
      h.create(pod("b", { status: { phase: "Failed" } }));
      h.believed.set("kube-scheduler", new Map([["pods", [a]]]));
    }),
  ).toEqual([]);
});

test.each([
  ["a gap", 0, "lacks default/a"],
  ["an old state", 1, "holds default/a at resourceVersion 2; stored is 3"],
])("rejects %s", (_what, known, sentence) => {
  expect(
    play(informersEqualTheStore, (h) => {
      h.processes = [{ name: "kube-scheduler", up: true, epoch: 0 }];
      const a = h.create(pod("a"));
      h.update("pods", "default/a", { status: { phase: "Running" } });
      h.believed.set("kube-scheduler", new Map([["pods", [a].slice(0, known)]]));
    })[0]?.sentence,
  ).toContain(sentence);
});
