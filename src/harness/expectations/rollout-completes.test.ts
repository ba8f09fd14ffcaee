import { expect, test } from "vitest";
import { controlledBy, pod } from "../invariants/fixtures.ts";
import { Stage } from "./stage.ts";

const rollout = { kind: "rollout", what: "Deployment web was rolled out", key: "default/web" } as const;
const complete = { status: { observedGeneration: 1, replicas: 4, updatedReplicas: 4, availableReplicas: 4 } };

test("accepts a rollout in time, and one that the user paused", () => {
  const quick = new Stage("rollout-completes").deploy().disturb(0, rollout);
  quick.history.at(60_000).update("deployments.apps", "default/web", complete);
  expect(quick.end(900)).toEqual([]);
  expect(
    new Stage("rollout-completes")
      .deploy({ spec: { paused: true } })
      .disturb(0, rollout)
      .end(900),
  ).toEqual([]);
});

test("tells a rollout that hangs, and why", () => {
  const stage = new Stage("rollout-completes").deploy().disturb(0, rollout);
  stage.history.create(
    pod("a", { metadata: { ownerReferences: controlledBy("Deployment", "web", "deployment-web") } }),
  );
  expect(stage.end(660)).toMatchObject([
    {
      object: "Deployment web",
      recovered: false,
      sentence: "The rollout of Deployment web was not complete after 11 min: no node has room for its new pods",
    },
  ]);
});

test("tells a rollout that was late", () => {
  const stage = new Stage("rollout-completes", { withinMs: 1000 }).deploy().disturb(0, rollout);
  stage.history.at(5000).update("deployments.apps", "default/web", complete);
  expect(stage.end(660)).toMatchObject([{ durationMs: 5000, recovered: true }]);
});
