import { expect, test } from "vitest";
import { Stage } from "./stage.ts";

const NAME = "service-keeps-endpoints-during-disruption";
const drain = { kind: "drain", what: "n1 was drained", nodes: ["n1"] } as const;
const rollout = { kind: "rollout", what: "Deployment web was rolled out", key: "default/web" } as const;

test("accepts a drain that leaves an endpoint, a gap that is tolerated, and an outage without disturbance", () => {
  expect(new Stage(NAME).deploy().serve(0, "n1", "n2").disturb(10, drain).serve(20, "n2").end(60)).toEqual([]);
  expect(
    new Stage(NAME, { toleratedMs: 5000 }).deploy().serve(0, "n1").disturb(10, drain).serve(20).serve(24, "n2").end(60),
  ).toEqual([]);
  expect(new Stage(NAME).deploy().serve(0, "n1").serve(20).end(60)).toEqual([]);
});

test("a single replica does not stand a drain", () => {
  const [finding] = new Stage(NAME)
    .deploy({ spec: { replicas: 1 } })
    .serve(0, "n1")
    .disturb(10, drain)
    .serve(12)
    .serve(46, "n2")
    .disturb(10, drain, 47)
    .end(60);
  expect(finding).toEqual({
    expectation: NAME,
    object: "Service web",
    sentence: "Service web had no ready endpoint for 34 s while n1 was drained: Deployment web has 1 replica",
    at: 12_000,
    durationMs: 34_000,
    during: "n1 was drained",
    disturbance: "drain",
    cause: "Deployment web has 1 replica",
    recovered: true,
  });
});

test("several replicas on one node do not either, without a budget", () => {
  const [finding] = new Stage(NAME).deploy().serve(0, "n1", "n1").disturb(10, drain).serve(12).end(60);
  expect(finding?.cause).toBe("no PodDisruptionBudget covers Deployment web, and its 4 replicas ran on one node");
  expect(finding?.recovered).toBe(false);
});

test("a rollout with strategy Recreate is an outage, and so is maxUnavailable 100%", () => {
  const recreate = new Stage(NAME)
    .deploy({ spec: { strategy: { type: "Recreate" } } })
    .serve(0, "n1")
    .disturb(10, rollout)
    .serve(11)
    .serve(15, "n1")
    .end(60);
  expect(recreate[0]?.cause).toBe("Deployment web has strategy Recreate");
  const all = new Stage(NAME).deploy({
    spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%" } } },
  });
  expect(all.serve(0, "n1").disturb(10, rollout).serve(11).serve(15, "n1").end(60)[0]?.cause).toBe(
    "maxUnavailable 100% of Deployment web lets all 4 replicas go before new ones are ready",
  );
});

test("blames no rollout while a node is lost too", () => {
  const stage = new Stage(NAME)
    .deploy()
    .serve(0, "n1")
    .disturb(10, rollout)
    .disturb(10, { kind: "node-loss", what: "n1 was powered off", nodes: ["n1"] });
  expect(stage.serve(20).end(60)).toEqual([]);
});
