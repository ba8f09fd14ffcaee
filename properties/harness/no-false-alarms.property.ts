import { describe, expect, test } from "vitest";
import { ALONE, drawPlan, generatePlan } from "../../src/harness/arbitraries/family.ts";
import type { PlanOptions } from "../../src/harness/arbitraries/plan.ts";
import { execute } from "../../src/harness/execute/execute.ts";

const HISTORIES = 25;

describe.each<[string, PlanOptions]>([
  ["without faults", { faults: "none", nodes: 4 }],
  ["with all faults", { faults: "all", nodes: 4 }],
])("generated plans %s", (_name, options) => {
  test("no invariant is violated, and a second run has the same digest", () => {
    for (let index = 0; index < HISTORIES; index += 1) {
      for (const plan of [drawPlan(1, index, options), generatePlan(1, ALONE + index * 7, options)]) {
        const history = execute(plan);
        expect(history.violations, `plan ${index}`).toEqual([]);
        expect(execute(plan).digest, `plan ${index}`).toBe(history.digest);
      }
    }
  });
});

/** Plans of a campaign that once told a violation where Kubernetes keeps its promises. */
const MENDED: readonly (readonly [seed: number, index: number, faults: "none" | "all", why: string])[] = [
  [1, 59, "none", "a relabelled pod is no pod of its Recreate Deployment"],
  [4, 81, "none", "nor are the pods of a ReplicaSet that a user deleted"],
  [1, 18, "none", "the second batch of a slow start still expects the first"],
  [4, 86, "none", "unready pods may go when a rollout is rolled over"],
  [1, 45, "all", "the kubelet puts right a Ready condition that node lifecycle has changed"],
  [2, 80, "all", "a crash back-off ends after the cluster has become quiet"],
  [3, 82, "all", "news is under way when the history ends"],
  [6, 75, "all", "unschedulable pods are tried again after five minutes"],
  [12, 361, "none", "bindings are committed in another order than they were decided in"],
];

test.each(MENDED)("seed %d, plan %d, faults %s: %s", (seed, index, faults) => {
  expect(execute(drawPlan(seed, index, { faults, nodes: 4 })).violations).toEqual([]);
});
