import { expect, test } from "vitest";
import { Stage } from "./stage.ts";

const NAME = "service-survives-zone-loss";
const loss = { kind: "zone-loss", what: "zone-a was down", nodes: ["n1", "n2"], zone: "zone-a" } as const;

function afterLoss(...nodes: readonly string[]): Stage {
  const stage = new Stage(NAME).deploy().serve(0, ...nodes);
  for (const name of loss.nodes) stage.history.dark.add(name);
  return stage.disturb(10, loss);
}

test("accepts a Service with an endpoint in another zone", () => {
  expect(afterLoss("n1", "n2", "n3").end(100)).toEqual([]);
});

test("rejects a Service whose pods all ran in the zone", () => {
  const [finding] = afterLoss("n1", "n2").end(100);
  expect(finding?.sentence).toBe(
    "Service web had no ready endpoint for 90 s, up to the end, after zone-a was down: all 2 ready replicas of Deployment web ran in one zone, and no topology spread constraint parts them",
  );
});
