import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePlan, parsePlan } from "../plan/parse.ts";
import { isFault } from "../plan/plan.ts";
import { printPlan } from "../plan/print.ts";
import { ALONE, drawPlan, generatePlan } from "./family.ts";
import { planArbitrary } from "./plan.ts";
import { appsArbitrary, manifestsOf } from "./workload.ts";

const manifests = fc
  .sample(appsArbitrary, { seed: 1, numRuns: 1 })
  .flat()
  .flatMap((app) => manifestsOf(app));

const noFile = (path: string): string => path;

describe("generated plans", () => {
  test("printing and parsing gives the same plan", () => {
    fc.assert(
      fc.property(fc.oneof(planArbitrary(), planArbitrary({ manifests })), (plan) => {
        expect(parsePlan(printPlan(plan), "printed.yaml", noFile)).toEqual(plan);
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  test("plans of the same manifests are families that part when the trouble starts; those are printed and parsed too", () => {
    const plans = Array.from({ length: 40 }, (_, i) => generatePlan(4, i, { manifests }));
    for (const plan of plans) expect(parsePlan(printPlan(plan), "printed.yaml", noFile)).toEqual(plan);
    expect(new Set(plans.map(({ spec }) => JSON.stringify([spec.seed, spec.cluster, spec.schedule]))).size).toBe(2);
    expect(new Set(plans.map(({ spec }) => spec.fork?.seed)).size).toBe(40);
    expect(plans.every(({ spec }) => spec.steps.slice(1).every((step) => step.at >= (spec.fork?.at ?? 0)))).toBe(true);
  });

  test("plans that are drawn are families that part amid their trouble, each of one workload, and go on by themselves", () => {
    expect(generatePlan(4, ALONE - 1, {})).toEqual(drawPlan(4, ALONE - 1, {}));
    const plans = Array.from({ length: 100 }, (_, i) => generatePlan(4, ALONE + i, {}));
    for (const plan of plans) expect(parsePlan(printPlan(plan), "printed.yaml", noFile)).toEqual(plan);
    const begun = plans.map(({ spec }) => {
      const { steps, fork, ...rest } = spec;
      const at = fork?.at ?? 0;
      return JSON.stringify([rest, at, steps.filter((step) => step.at < at)]);
    });
    expect(new Set(begun).size).toBe(5);
    expect(new Set(plans.map(({ spec }) => JSON.stringify([spec.steps, spec.fork]))).size).toBe(100);
  });

  test("every sub-list of steps is a legal plan", () => {
    fc.assert(
      fc.property(planArbitrary(), fc.infiniteStream(fc.boolean()), (plan, keep) => {
        const steps = plan.spec.steps.filter(() => keep.next().value);
        const print = printPlan({ ...plan, spec: { ...plan.spec, steps } });
        expect(parsePlan(print, "part.yaml", noFile).spec.steps).toEqual(steps);
      }),
      { seed: 8, numRuns: 30 },
    );
  });

  test("a user who is to do nothing does nothing, also after a fork", () => {
    for (const workload of ["applications", "scheduling"] as const)
      for (const faults of ["none", "all"] as const)
        for (let i = 0; i < 60; i += 1) {
          const { steps } = generatePlan(5, i, { steps: 0, workload, faults }).spec;
          expect(steps.slice(1).filter((step) => !isFault(step) || faults === "none")).toEqual([]);
        }
  });

  test("a plan depends on seed and index alone", () => {
    expect(generatePlan(7, 3, {})).toEqual(generatePlan(7, 3, {}));
    expect(generatePlan(7, 3, {})).not.toEqual(generatePlan(7, 4, {}));
    expect(generatePlan(8, 3, {})).not.toEqual(generatePlan(7, 3, {}));
  });

  test("all kinds of fault and command occur; 'none' and names are obeyed", () => {
    const names = (options: Parameters<typeof planArbitrary>[0] & object): Set<string> => {
      const found = new Set<string>();
      for (let i = 0; i < 400; i += 1)
        for (const step of generatePlan(1, i, options).spec.steps)
          found.add(isFault(step) ? step.fault : `user ${step.step}`);
      return found;
    };
    const all = names({});
    for (const name of [
      "component-crash",
      "ambiguous-outcome",
      "stale-watch",
      "zone-outage",
      "user drain",
      "user set-image",
      "user rollout-undo",
      "user delete-pod",
    ])
      expect(all).toContain(name);
    expect([...names({ faults: "none" })].filter((name) => !name.startsWith("user "))).toEqual([]);
    expect([...names({ manifests, faults: ["zone-outage"] })].filter((name) => !name.startsWith("user "))).toEqual([
      "zone-outage",
    ]);
  });

  test("a plan from plain JSON is the same plan", () => {
    const plan = drawPlan(5, 5, {});
    expect(
      decodePlan(JSON.parse(JSON.stringify({ ...plan, spec: { ...plan.spec, schedule: "fifo", steps: [] } })), "j").spec
        .images,
    ).toEqual(plan.spec.images);
  });
});
