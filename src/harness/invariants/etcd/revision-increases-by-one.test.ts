import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { revisionIncreasesByOne } from "./revision-increases-by-one.ts";

test("accepts writes with consecutive revisions", () => {
  expect(
    play(revisionIncreasesByOne, (h) => {
      h.create(pod("a"));
      h.create(pod("b"));
      h.remove("pods", "default/a");
    }),
  ).toEqual([]);
});

test("rejects a history where the store goes back after a restart", () => {
  const found = play(revisionIncreasesByOne, (h) => {
    h.create(pod("a"));
    h.create(pod("b"));
    h.revision = 1;
    h.create(pod("c"));
  });
  expect(found[0]?.sentence).toBe("The write of pods default/c has revision 2 after revision 3.");
});
