import type fc from "fast-check";
import type { Plan } from "../plan/plan.ts";
import type { Continuation } from "./continuation.ts";
import { continuationArbitrary, parting, partingAt } from "./continuation.ts";
import { MANIFESTS_FROM, planArbitrary } from "./plan.ts";
import type { PlanOptions, Workload } from "./plan.ts";
import { randomOf } from "./source.ts";

/** So many neighbours share their beginning, the first of them at a multiple of it. */
export const FAMILY = 20;

/** What draws are for: each has a stream of its own. */
const PLAN = 1;
const PARTING = 2;
const CONTINUATION = 3;

/** Building an arbitrary costs more than drawing from it, so they are kept as long as their options object. */
interface Arbitraries {
  readonly plans: fc.Arbitrary<Plan>;
  readonly continuations: fc.Arbitrary<Continuation>;
}

const known: { readonly [workload in Workload]: WeakMap<PlanOptions, Arbitraries> } = {
  applications: new WeakMap(),
  scheduling: new WeakMap(),
};

/**
 * The plan of a seed and an index: a pure function, fast enough for thousands a second once `options` is known. Plans come in
 * families of neighbours with the same beginning, which a campaign runs but once: given manifests that come up, where they part
 * when the trouble starts; else the first of the trouble of a plan of its own, amid which they part.
 */
export function generatePlan(seed: number, index: number, options: PlanOptions): Plan {
  const { spec } = options.manifests === undefined ? goingOn(seed, index, options) : comingUp(seed, index, options);
  return { apiVersion: "shakedown/v1", kind: "Plan", metadata: { name: `seed-${seed}-${index}` }, spec };
}

/** The plan of a seed and an index that has no family: its trouble is all its own. */
export function drawPlan(seed: number, index: number, options: PlanOptions): Plan {
  return draw(arbitrariesOf(options, index).plans, seed, index, PLAN);
}

function comingUp(seed: number, index: number, options: PlanOptions): Plan {
  const own = drawPlan(seed, index, options);
  const first = drawPlan(seed, index - (index % FAMILY), options).spec;
  const fork = { at: MANIFESTS_FROM, seed: own.spec.seed, schedule: own.spec.schedule };
  return { ...own, spec: { ...own.spec, seed: first.seed, cluster: first.cluster, schedule: first.schedule, fork } };
}

function goingOn(seed: number, index: number, options: PlanOptions): Plan {
  const family = Math.floor(index / FAMILY);
  const begun = drawPlan(seed, family, options);
  const at = partingAt(begun.spec.steps, draw(parting, seed, family, PARTING));
  const { steps, ...own } = draw(arbitrariesOf(options, family).continuations, seed, index, CONTINUATION);
  const before = begun.spec.steps.filter((step) => step.at < at);
  const after = steps.map((step) => ({ ...step, at: at + step.at }));
  return { ...begun, spec: { ...begun.spec, steps: [...before, ...after], fork: { at, ...own } } };
}

function draw<T>(arbitrary: fc.Arbitrary<T>, seed: number, index: number, purpose: number): T {
  return arbitrary.generate(randomOf(seed, index, purpose), undefined).value;
}

/** Every third plan is about scheduling, unless the options say what all are about. */
function arbitrariesOf(options: PlanOptions, index: number): Arbitraries {
  const workload = options.workload ?? (index % 3 === 2 ? "scheduling" : "applications");
  let arbitraries = known[workload].get(options);
  if (arbitraries === undefined) {
    const all = { ...options, workload };
    arbitraries = { plans: planArbitrary(all), continuations: continuationArbitrary(all) };
    known[workload].set(options, arbitraries);
  }
  return arbitraries;
}
