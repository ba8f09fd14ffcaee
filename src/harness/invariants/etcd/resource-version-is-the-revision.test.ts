import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { resourceVersionIsTheRevision } from "./resource-version-is-the-revision.ts";

test("accepts a chain of updates", () => {
  expect(
    play(resourceVersionIsTheRevision, (h) => {
      h.create(pod("a"));
      h.update("pods", "default/a", { status: { phase: "Running" } });
      h.remove("pods", "default/a");
      h.create(pod("a"));
    }),
  ).toEqual([]);
});

test("rejects a write that starts from an older state", () => {
  const found = play(resourceVersionIsTheRevision, (h) => {
    const first = h.create(pod("a"));
    h.update("pods", "default/a", { status: { phase: "Running" } });
    h.objects("pods").set("default/a", first);
    h.update("pods", "default/a", { status: { phase: "Failed" } });
  });
  expect(found[0]?.sentence).toContain("an update is lost");
});

test("rejects an object that keeps its old resourceVersion", () => {
  const found = play(resourceVersionIsTheRevision, (h) => {
    h.create(pod("a", { metadata: { resourceVersion: "77" } }));
  });
  expect(found[0]?.sentence).toBe("It carries resourceVersion 77 after the write of revision 2.");
});
