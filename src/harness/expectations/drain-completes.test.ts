import { expect, test } from "vitest";
import { podOf } from "../invariants/fixtures.ts";
import { Stage } from "./stage.ts";

const drain = { kind: "drain", what: "n1 was drained", nodes: ["n1"] } as const;

test("accepts a drain in time", () => {
  expect(new Stage("drain-completes").disturb(0, drain).disturb(0, drain, 60).end(900)).toEqual([]);
});

test("names the budget that allows nothing", () => {
  const stage = new Stage("drain-completes").deploy().disturb(0, drain);
  stage.history.create(podOf("v1", "a", { spec: { nodeName: "n1" } }));
  stage.history.create({
    kind: "PodDisruptionBudget",
    metadata: { name: "web", namespace: "default" },
    spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
    status: { expectedPods: 1, desiredHealthy: 1, currentHealthy: 1, disruptionsAllowed: 0 },
  });
  expect(stage.end(900)).toMatchObject([
    {
      object: "PodDisruptionBudget web",
      sentence:
        "The drain of n1 had not ended after 15 min: PodDisruptionBudget web: minAvailable 1 of 1 allows no disruption, ever",
      recovered: false,
    },
  ]);
});
