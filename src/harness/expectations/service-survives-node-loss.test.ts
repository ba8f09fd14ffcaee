import { expect, test } from "vitest";
import { Stage } from "./stage.ts";

const NAME = "service-survives-node-loss";
const loss = { kind: "node-loss", what: "n1 was powered off", nodes: ["n1"] } as const;

function afterLoss(...nodes: readonly string[]): Stage {
  const stage = new Stage(NAME).deploy().serve(0, ...nodes);
  stage.history.dark.add("n1");
  return stage.disturb(10, loss);
}

test("accepts a Service with an endpoint elsewhere", () => {
  expect(afterLoss("n1", "n2").serve(60, "n2").end(100)).toEqual([]);
});

test("counts from the loss of power, although the slice learns of it only later", () => {
  const [finding] = afterLoss("n1", "n1").serve(60).serve(330, "n2").end(400);
  expect(finding).toMatchObject({ at: 10_000, durationMs: 320_000, recovered: true });
  expect(finding?.sentence).toBe(
    "Service web had no ready endpoint for 5 min 20 s while n1 was powered off: all 2 ready replicas of Deployment web ran on one node, and no topology spread constraint parts them",
  );
});

test("an endpoint on a node that has booted again serves only once its containers run", () => {
  const stage = afterLoss("n1");
  stage.history.running.length = 0;
  stage.history.dark.clear();
  expect(stage.disturb(10, loss, 40).serve(50, "n1").end(60)).toMatchObject([{ durationMs: 40_000 }]);
});
