import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawPlan } from "../arbitraries/family.ts";
import { planArbitrary } from "../arbitraries/plan.ts";
import { isFault } from "../plan/plan.ts";
import type { Plan, Step } from "../plan/plan.ts";
import { ddmin } from "./ddmin.ts";
import { shrinkPlan } from "./shrink-plan.ts";
import { smaller } from "./smaller.ts";

/** What a step is, whatever its parameters. */
const kind = (step: Step): string => (isFault(step) ? step.fault : step.step);

const withSteps = (plan: Plan, steps: readonly Step[]): Plan => ({ ...plan, spec: { ...plan.spec, steps } });

/** A failure that needs one step of each of two kinds, in this order. */
function needsInOrder(first: string, second: string): (plan: Plan) => boolean {
  return ({ spec }) => {
    const at = spec.steps.findIndex((step) => kind(step) === first);
    return at >= 0 && spec.steps.slice(at + 1).some((step) => kind(step) === second);
  };
}

function findFailing(fails: (plan: Plan) => boolean): Plan {
  for (let i = 0; ; i += 1) {
    const plan = drawPlan(3, i, { steps: 12 });
    if (fails(plan)) return plan;
  }
}

describe("shrinkPlan", () => {
  test("keeps what the failure needs, in the simplest form, and nothing else", () => {
    const fails = needsInOrder("scale", "stale-watch");
    const shrunk = shrinkPlan(findFailing(fails), fails);
    expect(shrunk.spec).toEqual({
      seed: shrunk.spec.seed,
      cluster: {
        nodes: [{ ...shrunk.spec.cluster.nodes[0], count: 1, zones: 1 }],
        controlPlane: { apiServers: 1 },
        network: { latencyMs: { min: 1, max: 1 } },
      },
      images: [],
      schedule: { policy: "fifo" },
      mode: "quiet",
      steps: [
        { at: 0, step: "scale", params: { deployment: { index: 0 }, replicas: 0 } },
        { at: 0, fault: "stale-watch", for: 1000, params: { process: expect.anything(), resource: 0 } },
      ],
      expect: shrunk.spec.expect,
      mutants: [],
    });
  });

  test("a fork goes where the failure does not need it, and gets a simpler schedule where it does", () => {
    const fork = { at: 1000, seed: 5, schedule: { policy: "random", seed: 9 } } as const;
    const forked = drawPlan(3, 1, { steps: 4 });
    const plan = { ...forked, spec: { ...forked.spec, fork } };
    expect(shrinkPlan(plan, () => true).spec).not.toHaveProperty("fork");
    expect(shrinkPlan(plan, ({ spec }) => spec.fork !== undefined).spec.fork).toEqual({
      ...fork,
      schedule: { policy: "fifo" },
    });
  });

  test("thresholds are met exactly", () => {
    const nodes = (plan: Plan): number => plan.spec.cluster.nodes.reduce((sum, group) => sum + group.count, 0);
    const replicas = (plan: Plan): number =>
      plan.spec.steps.reduce(
        (most, step) =>
          Math.max(
            most,
            ...(JSON.stringify(step.params).match(/"replicas":(\d+)/g) ?? []).map((found) => Number(found.slice(11))),
          ),
        0,
      );
    const fails = (plan: Plan): boolean => nodes(plan) >= 3 && replicas(plan) >= 5;
    const shrunk = shrinkPlan(findFailing(fails), fails);
    expect(nodes(shrunk)).toBe(3);
    expect(replicas(shrunk)).toBe(5);
    expect(shrunk.spec.steps).toHaveLength(1);
  });

  test("the result fails, is 1-minimal, and is found again", () => {
    fc.assert(
      fc.property(
        planArbitrary({ steps: 8 }),
        fc.uniqueArray(fc.nat({ max: 9 }), { minLength: 1, maxLength: 4 }),
        (plan, picks) => {
          const needed = picks.map((pick) =>
            kind(
              plan.spec.steps[pick % plan.spec.steps.length] ??
                plan.spec.steps[0] ?? { at: 0, step: "apply", params: {} },
            ),
          );
          const fails = ({ spec }: Plan): boolean =>
            needed.every(
              (name) =>
                spec.steps.filter((step) => kind(step) === name).length >=
                needed.filter((other) => other === name).length,
            );
          fc.pre(fails(plan));
          const shrunk = shrinkPlan(plan, fails);
          expect(fails(shrunk)).toBe(true);
          for (const i of shrunk.spec.steps.keys())
            expect(fails(withSteps(shrunk, shrunk.spec.steps.toSpliced(i, 1)))).toBe(false);
          expect(shrinkPlan(plan, fails)).toEqual(shrunk);
        },
      ),
      { seed: 2, numRuns: 40 },
    );
  });

  test("a failure that a fault or a drain shows is shown by one step", () => {
    const fails = ({ spec }: Plan): boolean => spec.steps.some((step) => isFault(step) || kind(step) === "drain");
    expect(shrinkPlan(findFailing(fails), fails).spec.steps.length).toBe(1);
  });

  test("a budget ends the search with a plan that fails", () => {
    const fails = needsInOrder("scale", "stale-watch");
    let runs = 0;
    const shrunk = shrinkPlan(findFailing(fails), (plan) => ((runs += 1), fails(plan)), { budget: 5 });
    expect(runs).toBe(5);
    expect(fails(shrunk)).toBe(true);
  });
});

describe("ddmin", () => {
  test("finds the needed items in far fewer runs than there are sub-lists", () => {
    let runs = 0;
    const items = Array.from({ length: 64 }, (_, i) => i);
    const kept = ddmin(items, (some) => ((runs += 1), some.includes(3) && some.includes(40)));
    expect(kept).toEqual([3, 40]);
    expect(runs).toBeLessThan(100);
  });

  test("an empty list may fail", () => {
    expect(ddmin([1, 2, 3], () => true)).toEqual([]);
  });

  test("smaller(10, 0) goes from bold to careful", () => {
    expect(smaller(10, 0)).toEqual([0, 5, 8, 9]);
  });
});
