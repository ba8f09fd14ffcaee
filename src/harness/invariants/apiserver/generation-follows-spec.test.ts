import { expect, test } from "vitest";
import { pod, deployment } from "../fixtures.ts";
import { play } from "../history.ts";
import { generationFollowsSpec } from "./generation-follows-spec.ts";

test("accepts growth with the spec, with a Deployment's annotations and with deletion, and none with binding or status", () => {
  expect(
    play(generationFollowsSpec, (h) => {
      h.create(deployment());
      h.update("deployments.apps", "default/web", { spec: { replicas: 5 }, metadata: { generation: 2 } });
      h.update("deployments.apps", "default/web", { metadata: { annotations: { a: "b" }, generation: 3 } });
      h.update("deployments.apps", "default/web", { status: { replicas: 1 } });
      h.create(pod("a"));
      h.update("pods", "default/a", { spec: { nodeName: "n1" } });
      h.update("pods", "default/a", { metadata: { deletionTimestamp: "2026-01-01T00:00:30Z", generation: 2 } });
      h.update("pods", "default/a", { metadata: { deletionTimestamp: "2026-01-01T00:00:01Z" } });
    }),
  ).toEqual([]);
});

test("rejects a change of the spec without growth", () => {
  expect(
    play(generationFollowsSpec, (h) => {
      h.create(deployment());
      h.update("deployments.apps", "default/web", { spec: { replicas: 5 } });
    })[0]?.sentence,
  ).toBe("Its spec changed, but generation is still 1.");
});

test("rejects growth with the status", () => {
  expect(
    play(generationFollowsSpec, (h) => {
      h.create(deployment());
      h.update("deployments.apps", "default/web", { status: { replicas: 4 }, metadata: { generation: 2 } });
    })[0]?.sentence,
  ).toContain("the spec is the same");
});
