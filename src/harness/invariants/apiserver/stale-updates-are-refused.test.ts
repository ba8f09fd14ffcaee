import { expect, test } from "vitest";
import type { Request } from "../../../api/request.ts";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { staleUpdatesAreRefused } from "./stale-updates-are-refused.ts";

const update = (resourceVersion: string): Request => ({
  verb: "update",
  resource: "pods",
  namespace: "default",
  name: "a",
  body: { metadata: { name: "a", resourceVersion } },
});

test("accepts an update of what is stored", () => {
  expect(
    play(staleUpdatesAreRefused, (h) => {
      const { metadata } = h.create(pod("a"));
      h.update("pods", "default/a", { spec: { nodeName: "n1" } });
      h.answer(update(metadata.resourceVersion), [h.last]);
    }),
  ).toEqual([]);
});

test("rejects a lost update", () => {
  const found = play(staleUpdatesAreRefused, (h) => {
    const { metadata } = h.create(pod("a"));
    h.update("pods", "default/a", { spec: { nodeName: "n1" } });
    h.update("pods", "default/a", { spec: { nodeName: "n2" } });
    h.answer(update(metadata.resourceVersion), [h.last]);
  });
  expect(found[0]?.sentence).toBe("kubectl changed pods default/a from what it read at 2, though 3 was stored.");
});
