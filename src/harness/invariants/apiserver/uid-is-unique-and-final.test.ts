import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { uidIsUniqueAndFinal } from "./uid-is-unique-and-final.ts";

test("accepts a name that is used again with a new uid", () => {
  expect(
    play(uidIsUniqueAndFinal, (h) => {
      h.create(pod("a"));
      h.remove("pods", "default/a");
      h.create(pod("a"));
    }),
  ).toEqual([]);
});

test("rejects a name that is used again with the old uid", () => {
  const found = play(uidIsUniqueAndFinal, (h) => {
    h.create(pod("a", { metadata: { uid: "u" } }));
    h.remove("pods", "default/a");
    h.create(pod("a", { metadata: { uid: "u" } }));
  });
  expect(found).toMatchObject([{ object: "Pod default/a" }]);
});

test("rejects an update that changes the uid", () => {
  const found = play(uidIsUniqueAndFinal, (h) => {
    h.create(pod("a"));
    h.update("pods", "default/a", { metadata: { uid: "other" } });
  });
  expect(found[0]?.sentence).toContain("changed from uid-1 to other");
});
