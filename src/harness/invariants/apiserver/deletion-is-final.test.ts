import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { deletionIsFinal } from "./deletion-is-final.ts";

const going = { deletionTimestamp: "2026-01-01T00:00:30Z", finalizers: ["a/b", "c/d"] };

test("accepts a shorter grace period, a finalizer less and a propagation policy", () => {
  expect(
    play(deletionIsFinal, (h) => {
      h.create(pod("a", { metadata: going }));
      h.update("pods", "default/a", { metadata: { deletionTimestamp: "2026-01-01T00:00:05Z" } });
      h.update("pods", "default/a", { metadata: { finalizers: ["a/b"], deletionGracePeriodSeconds: 30 } });
      h.update("pods", "default/a", {
        metadata: { deletionTimestamp: "2026-01-01T00:09:00Z", deletionGracePeriodSeconds: 0 },
      });
      h.update("pods", "default/a", { metadata: { finalizers: ["a/b", "foregroundDeletion"] } });
    }),
  ).toEqual([]);
});

test.each([
  ["unset", { deletionTimestamp: undefined }, "was unset"],
  ["later", { deletionTimestamp: "2026-01-01T00:01:00Z" }, "moved from"],
  ["a new finalizer", { finalizers: ["a/b", "x/y"] }, "x/y was added"],
])("rejects %s", (_what, metadata, sentence) => {
  const found = play(deletionIsFinal, (h) => {
    h.create(pod("a", { metadata: going }));
    h.update("pods", "default/a", { metadata });
  });
  expect(found[0]?.sentence).toContain(sentence);
});
