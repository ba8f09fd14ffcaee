import { expect, test } from "vitest";
import { deployment } from "../fixtures.ts";
import { play } from "../history.ts";
import { statusAndSpecAreWrittenApart } from "./status-and-spec-are-written-apart.ts";

test("accepts one after the other", () => {
  expect(
    play(statusAndSpecAreWrittenApart, (h) => {
      h.create(deployment());
      h.update("deployments.apps", "default/web", { spec: { replicas: 5 } });
      h.update("deployments.apps", "default/web", { status: { replicas: 5 } });
    }),
  ).toEqual([]);
});

test("rejects a status write that changes the spec too", () => {
  expect(
    play(statusAndSpecAreWrittenApart, (h) => {
      h.create(deployment());
      h.update("deployments.apps", "default/web", { spec: { replicas: 5 }, status: { replicas: 5 } });
    }),
  ).toHaveLength(1);
});
