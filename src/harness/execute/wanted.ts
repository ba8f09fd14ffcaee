import type { Millis } from "../../base/units.ts";
import { MINUTE } from "../../base/units.ts";
import type { Wanted } from "../expectations/watch.ts";
import type { Invariant } from "../invariants/invariant.ts";
import { allInvariants } from "../invariants/index.ts";
import type { Expect, Plan } from "../plan/plan.ts";

/** Time to converge when a plan does not say. */
const WITHIN_MS: Millis = 10 * MINUTE;

/** The invariants that a plan names; a plan that names none is held to all. */
export function invariantsOf({ spec }: Pick<Plan, "spec">): readonly Invariant[] {
  const names = spec.expect.flatMap((expect) => ("invariant" in expect ? [expect.invariant] : []));
  if (names.length === 0 || names.includes("all")) return allInvariants;
  const wanted = new Set([...names, ...reachedOf({ spec })]);
  return allInvariants.filter(({ name }) => wanted.has(name));
}

/** The expectations about manifests that a plan names. */
export function expectationsOf({ spec }: Plan): readonly Wanted[] {
  return spec.expect.flatMap((expect) =>
    "expectation" in expect ? [{ name: expect.expectation, params: expect.params }] : [],
  );
}

/** States that a plan says it reaches. */
export function reachedOf({ spec }: Pick<Plan, "spec">): readonly string[] {
  return spec.expect.flatMap((expect) => ("reaches" in expect ? [expect.reaches] : []));
}

/** How long convergence may take. */
export function withinOf(expects: readonly Expect[]): Millis {
  for (const expect of expects) if ("converges" in expect) return expect.converges.within;
  return WITHIN_MS;
}
