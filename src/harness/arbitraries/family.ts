import type fc from "fast-check";
import type { Plan } from "../plan/plan.ts";
import type { Continuation } from "./continuation.ts";
import { continuationArbitrary, parting, partingAt } from "./continuation.ts";
import { MANIFESTS_FROM, planArbitrary } from "./plan.ts";
import type { PlanOptions, Workload } from "./plan.ts";
import { randomOf } from "./source.ts";

/** So many neighbours share their beginning, the first of them at a multiple of it. */
export const FAMILY = 20;
/** The first generated histories of a campaign go by themselves, so that a short one sees many clusters too. */
export const ALONE = 40;

/** What draws are for: each has a stream of its own. */
const PLAN = 1;
const PARTING = 2;
const CONTINUATION = 3;

/** Building an arbitrary costs more than drawing from it, so they are kept as long as their options object. */
interface Arbitraries {
  readonly plans: fc.Arbitrary<Plan>;
  readonly continuations: fc.Arbitrary<Continuation>;
  /** The plan that the latest family begins with. */
  first?: { readonly seed: number; readonly index: number; readonly plan: Plan };
}

const known: { readonly [workload in Workload]: WeakMap<PlanOptions, Arbitraries> } = {
  applications: new WeakMap(),
  scheduling: new WeakMap(),
};

/**
 * The plan of a seed and an index: a pure function, fast enough for thousands a second once `options` is known. Plans come in
 * families of neighbours with the same beginning, which a campaign runs but once: given manifests that come up, where they part
 * when the trouble starts; else, but for the first ALONE, the first of the trouble of another plan, amid which they part.
 */
export function generatePlan(seed: number, index: number, options: PlanOptions): Plan {
  if (options.manifests !== undefined || index < ALONE) return drawPlan(seed, index, options);
  return named(seed, index, goingOn(seed, index, options));
}

/** The plan of a seed and an index whose trouble is all its own; every third is about scheduling, unless the options say. */
export function drawPlan(seed: number, index: number, options: PlanOptions): Plan {
  if (options.manifests !== undefined) return named(seed, index, comingUp(seed, index, options));
  const { plans } = arbitrariesOf(options, index % 3 === 2 ? "scheduling" : "applications");
  return named(seed, index, draw(plans, seed, index, PLAN));
}

function named(seed: number, index: number, plan: Plan): Plan {
  return { ...plan, metadata: { name: `seed-${seed}-${index}` } };
}

function comingUp(seed: number, index: number, options: PlanOptions): Plan {
  const arbitraries = arbitrariesOf(options, "applications");
  const first = firstOf(arbitraries, seed, index - (index % FAMILY)).spec;
  const own = draw(arbitraries.plans, seed, index, PLAN);
  const fork = { at: MANIFESTS_FROM, seed: own.spec.seed, schedule: own.spec.schedule };
  return { ...own, spec: { ...own.spec, seed: first.seed, cluster: first.cluster, schedule: first.schedule, fork } };
}

/** Every other family is about scheduling, unless the options say what all are about. */
function goingOn(seed: number, index: number, options: PlanOptions): Plan {
  const family = index - (index % FAMILY);
  const arbitraries = arbitrariesOf(options, (family / FAMILY) % 2 === 1 ? "scheduling" : "applications");
  const first = firstOf(arbitraries, seed, family);
  const at = partingAt(first.spec.steps, draw(parting, seed, family, PARTING));
  const { steps, ...own } = draw(arbitraries.continuations, seed, index, CONTINUATION);
  const before = first.spec.steps.filter((step) => step.at < at);
  const after = steps.map((step) => ({ ...step, at: at + step.at }));
  return { ...first, spec: { ...first.spec, steps: [...before, ...after], fork: { at, ...own } } };
}

function firstOf(arbitraries: Arbitraries, seed: number, index: number): Plan {
  const { first } = arbitraries;
  if (first?.seed === seed && first.index === index) return first.plan;
  const plan = draw(arbitraries.plans, seed, index, PLAN);
  arbitraries.first = { seed, index, plan };
  return plan;
}

function draw<T>(arbitrary: fc.Arbitrary<T>, seed: number, index: number, purpose: number): T {
  return arbitrary.generate(randomOf(seed, index, purpose), undefined).value;
}

function arbitrariesOf(options: PlanOptions, otherwise: Workload): Arbitraries {
  const { workload = otherwise } = options;
  let arbitraries = known[workload].get(options);
  if (arbitraries === undefined) {
    const all = { ...options, workload };
    arbitraries = { plans: planArbitrary(all), continuations: continuationArbitrary(all) };
    known[workload].set(options, arbitraries);
  }
  return arbitraries;
}
