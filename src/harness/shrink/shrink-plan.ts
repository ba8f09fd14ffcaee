import { isFault } from "../plan/plan.ts";
import type { Plan, Step } from "../plan/plan.ts";
import { ddmin } from "./ddmin.ts";
import { changed, simplerSurroundings } from "./simplify-cluster.ts";
import { simplerSteps } from "./simplify-steps.ts";

/** How far a shrink has come. */
export interface ShrinkProgress {
  /** Plans run so far. */
  readonly runs: number;
  readonly steps: number;
  readonly faults: number;
  readonly nodes: number;
}

export interface ShrinkOptions {
  /** Most plans to run; default 2000. When they are used up the smallest plan so far is the result. */
  readonly budget?: number;
  readonly onProgress?: (progress: ShrinkProgress, plan: Plan) => void;
}

/** The plan so far, and the means to try another. */
interface Search {
  best: Plan;
  runs: number;
  readonly attempt: (plan: Plan) => boolean;
}

/**
 * A smaller plan that still fails: without any one of its steps it passes (unless the budget ends first), and no single
 * simplification of what is left fails. `fails` must be deterministic and hold for `plan`.
 */
export function shrinkPlan(plan: Plan, fails: (plan: Plan) => boolean, options: ShrinkOptions = {}): Plan {
  const search = searchFrom(plan, fails, options);
  dropSteps(search);
  dropFaults(search);
  let before: Plan;
  do {
    before = search.best;
    climb(search, simplerSurroundings);
    climb(search, simplerSteps);
    dropSteps(search);
  } while (search.best !== before);
  return search.best;
}

function searchFrom(plan: Plan, fails: (plan: Plan) => boolean, { budget = 2000, onProgress }: ShrinkOptions): Search {
  const tried = new Set<string>();
  const search: Search = {
    best: plan,
    runs: 0,
    attempt(candidate) {
      if (search.runs >= budget) return false;
      const key = JSON.stringify(candidate.spec);
      if (tried.has(key)) return false;
      tried.add(key);
      search.runs += 1;
      if (!fails(candidate)) return false;
      search.best = candidate;
      onProgress?.(progressOf(search), candidate);
      return true;
    },
  };
  tried.add(JSON.stringify(plan.spec));
  return search;
}

function dropSteps(search: Search): void {
  const { best } = search;
  ddmin(best.spec.steps, (steps) => search.attempt(changed(best, { steps })));
}

/** What faults remain, all at once and then one by one: a failure without faults tells more. */
function dropFaults(search: Search): void {
  const { best } = search;
  const faults = best.spec.steps.filter(isFault);
  if (faults.length < 2) return;
  const keep = (step: Step): boolean => !isFault(step);
  search.attempt(changed(best, { steps: best.spec.steps.filter(keep) }));
}

/** Takes simplifications that still fail, and goes on from the same place: those before it have just been refused. */
function climb(search: Search, simpler: (plan: Plan) => Iterable<Plan>): void {
  let refused = 0;
  let moved = true;
  while (moved) {
    moved = false;
    let position = 0;
    for (const candidate of simpler(search.best)) {
      position += 1;
      if (position <= refused) continue;
      if (search.attempt(candidate)) {
        moved = true;
        break;
      }
      refused = position;
    }
  }
}

function progressOf({ best, runs }: Search): ShrinkProgress {
  const { steps, cluster } = best.spec;
  return {
    runs,
    steps: steps.length,
    faults: steps.filter(isFault).length,
    nodes: cluster.nodes.reduce((sum, group) => sum + group.count, 0),
  };
}
