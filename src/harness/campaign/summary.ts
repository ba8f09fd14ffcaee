import type { PlanOptions } from "../arbitraries/plan.ts";
import { generatePlan } from "../arbitraries/family.ts";
import { execute } from "../execute/execute.ts";
import type { Finding } from "../expectations/expectation.ts";
import type { Violation } from "../invariants/invariant.ts";

/** What one history of a campaign came to: plain data, so that a worker can send it. */
export interface HistorySummary {
  readonly index: number;
  /** Name of its plan. */
  readonly plan: string;
  readonly steps: number;
  readonly digest: string;
  readonly events: number;
  readonly violations: readonly Violation[];
  readonly findings: readonly Finding[];
  readonly seen: readonly string[];
  readonly faults: readonly string[];
  /** Sentences of checks that failed. */
  readonly failedChecks: readonly string[];
}

/** Generates and runs history `index` of the campaign `seed`. */
export function runHistory(seed: number, index: number, options: PlanOptions): HistorySummary {
  const plan = generatePlan(seed, index, options);
  const history = execute(plan);
  return {
    index,
    plan: plan.metadata.name,
    steps: plan.spec.steps.length,
    digest: history.digest,
    events: history.events,
    violations: history.violations,
    findings: history.findings,
    seen: history.seen,
    faults: history.faults,
    failedChecks: history.checks.filter((check) => check.verdict === "failed").map((check) => check.sentence),
  };
}
