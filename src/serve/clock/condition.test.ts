import { expect, test } from "vitest";
import { emptyPlan } from "../empty-plan.ts";
import { parseCondition } from "./condition.ts";
import { Simulation } from "./simulation.ts";

test("condition > conditions, fields and presence of objects", async () => {
  const simulation = new Simulation(emptyPlan(1), 0);
  await simulation.seek(10_000);
  const holds = (text: string): boolean | string => {
    const condition = parseCondition(text);
    return typeof condition === "string" ? condition : condition(simulation.cluster);
  };
  expect(holds("node/node-1 Ready")).toBe(true);
  expect(holds("no/node-1 Ready=False")).toBe(false);
  expect(holds("ns/default .status.phase=Active")).toBe(true);
  expect(holds("svc/kubernetes .spec.ports[0].port=443")).toBe(true);
  expect(holds("service/web -n default deleted")).toBe(true);
  expect(holds("services/kubernetes exists")).toBe(true);
  expect(holds("deployments.apps/web exists")).toBe(false);
  expect(holds("web Available")).toMatch(/^expected a condition such as/);
  expect(holds("thing/web Available")).toMatch(/^expected a kind of object/);
});
