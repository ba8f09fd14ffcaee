import { expect, test } from "vitest";
import type { Request } from "../../../api/request.ts";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { deletesHonourPreconditions } from "./deletes-honour-preconditions.ts";

const remove = (uid: string): Request => ({
  verb: "delete",
  resource: "pods",
  namespace: "default",
  name: "a",
  options: { preconditions: { uid } },
});

test("accepts the deletion of the object that was meant", () => {
  expect(
    play(deletesHonourPreconditions, (h) => {
      const { metadata } = h.create(pod("a"));
      h.remove("pods", "default/a");
      h.answer(remove(metadata.uid), [h.last]);
    }),
  ).toEqual([]);
});

test("rejects the deletion of a successor of the same name", () => {
  const found = play(deletesHonourPreconditions, (h) => {
    const { metadata } = h.create(pod("a"));
    h.remove("pods", "default/a");
    h.create(pod("a"));
    h.remove("pods", "default/a");
    h.answer(remove(metadata.uid), [h.last]);
  });
  expect(found[0]?.sentence).toBe(
    "kubectl deleted pods default/a of uid uid-2 at 4, though it asked for uid uid-1 at any version.",
  );
});
