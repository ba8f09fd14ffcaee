import fc from "fast-check";
import { expect, test } from "vitest";
import { ALONE, generatePlan } from "../../src/harness/arbitraries/family.ts";
import type { PlanOptions } from "../../src/harness/arbitraries/plan.ts";
import { planArbitrary } from "../../src/harness/arbitraries/plan.ts";
import { appsArbitrary, manifestsOf } from "../../src/harness/arbitraries/workload.ts";
import type { ExecuteOptions } from "../../src/harness/execute/execute.ts";
import { execute } from "../../src/harness/execute/execute.ts";
import { everyExpectation } from "../../src/harness/expectations/watch.ts";
import { isFault } from "../../src/harness/plan/plan.ts";
import type { Expect, Plan } from "../../src/harness/plan/plan.ts";

const manifests = fc
  .sample(appsArbitrary, { seed: 5, numRuns: 2 })
  .flat()
  .flatMap((app) => manifestsOf(app));
const expectations: readonly Expect[] = [
  { invariant: "all" },
  { converges: { within: 600_000 } },
  ...everyExpectation.map(({ name }) => ({ expectation: name, params: {} })),
];

/** All that a history came to, besides the cluster itself. */
function outcome(plan: Plan, options?: ExecuteOptions): unknown {
  const { cluster: _, ...rest } = execute(plan, options);
  return rest;
}

test.each<[string, PlanOptions]>([
  ["given manifests", { manifests, expect: expectations }],
  ["generated applications and pods", {}],
])("histories of %s that go on from a known beginning are those that run from the start", (_what, options) => {
  const digests = new Set<string>();
  const ends = new Map<number | string, Set<string>>();
  for (let index = 0; index < 60; index += 1) {
    const plan = generatePlan(17, ALONE + index, { nodes: { min: 2, max: 5 }, ...options });
    const wentOn = execute(plan);
    const { cluster: _, ...rest } = wentOn;
    expect(outcome(plan, { goesOn: false })).toEqual(rest);
    expect(execute(plan, { trace: true }).digest).toBe(rest.digest);
    digests.add(rest.digest);
    ends.set(plan.spec.seed, (ends.get(plan.spec.seed) ?? new Set()).add(rest.digest));
  }
  expect(digests.size).toBeGreaterThan(50);
  expect(ends.size).toBe(3);
});

test("a history forks anywhere: amid a rollout, amid a fault, under every schedule", () => {
  let amidFaults = 0;
  fc.assert(
    fc.property(planArbitrary({ nodes: { min: 1, max: 4 } }), fc.nat({ max: 60_000 }), fc.nat(), (drawn, at, seed) => {
      const { spec } = drawn;
      const plan: Plan = {
        ...drawn,
        spec: { ...spec, fork: { at: at + 1, seed, schedule: { policy: "random", seed } } },
      };
      if (spec.steps.some((step) => isFault(step) && step.at <= at)) amidFaults += 1;
      const first = outcome(plan);
      expect(outcome(plan)).toEqual(first);
      expect(outcome(plan, { goesOn: false })).toEqual(first);
    }),
    { numRuns: 60, seed: 23, endOnFailure: true },
  );
  expect(amidFaults).toBeGreaterThan(10);
});

test("what comes after the fork changes nothing before it", () => {
  const plan = generatePlan(3, 0, { manifests, nodes: 3 });
  const other = generatePlan(3, 1, { manifests, nodes: 3 });
  const at = plan.spec.fork?.at ?? 0;
  const before = ({ spec, ...rest }: Plan): unknown =>
    execute({ ...rest, spec }, { trace: true })
      .cluster.trace.filter((record) => record.at < at)
      .map(({ at: when, who, what, about }) => `${when} ${who} ${what} ${about}`);
  expect(plan.spec.steps).not.toEqual(other.spec.steps);
  expect(before(plan)).toEqual(before(other));
});
