import { execute } from "../execute/execute.ts";
import type { Violation } from "../invariants/invariant.ts";
import type { Plan } from "../plan/plan.ts";
import type { ShrinkOptions } from "./shrink-plan.ts";
import { shrinkPlan } from "./shrink-plan.ts";

/** A minimal plan that breaks the same invariant, with the violation and digest that `replay` compares. */
export function shrinkViolation(
  plan: Plan,
  invariant: string,
  options: ShrinkOptions = {},
): { readonly plan: Plan; readonly violation: Violation } | undefined {
  const broken = (candidate: Plan): Violation | undefined =>
    execute(candidate).violations.find((one) => one.invariant === invariant);
  if (broken(plan) === undefined) return undefined;
  const small = shrinkPlan(plan, (candidate) => broken(candidate) !== undefined, options);
  const history = execute(small);
  const violation = history.violations.find((one) => one.invariant === invariant);
  if (violation === undefined) return undefined;
  const saved = { invariant, object: violation.object ?? "", digest: history.digest };
  return {
    plan: {
      ...small,
      metadata: { name: `${plan.metadata.name}-${invariant}` },
      spec: { ...small.spec, violation: saved },
    },
    violation,
  };
}
