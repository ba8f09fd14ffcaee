import type { Millis } from "../../base/units.ts";
import type { PlanOptions } from "../arbitraries/plan.ts";
import { drawPlan } from "../arbitraries/family.ts";
import { execute } from "../execute/execute.ts";
import type { Violation } from "../invariants/invariant.ts";
import { invariantNamed } from "../invariants/named.ts";
import type { Plan, Step } from "../plan/plan.ts";
import { changed } from "../shrink/simplify-cluster.ts";
import { shrinkPlan } from "../shrink/shrink-plan.ts";
import type { Mutant } from "./mutant.ts";

/** A planted bug that was found. */
export interface Catch {
  /** Histories run until it was found, that one included. */
  readonly histories: number;
  /** Steps of the history that found it. */
  readonly steps: number;
  /** The 1-minimal plan, with the violation and digest that `replay` compares. */
  readonly plan: Plan;
  readonly violation: Violation;
}

/** Time to converge: short, since a bug often keeps a cluster busy for ever, and shrinking would take long. */
const WITHIN_MS: Millis = 180_000;

/** How long a hunt may last. */
export interface HuntOptions {
  readonly seed: number;
  /** Most histories. */
  readonly runs: number;
  /** Most histories to shrink with. */
  readonly budget: number;
  readonly onProgress?: (histories: number, shrinkingTo: number | undefined) => void;
}

/** Runs the campaign of a planted bug, histories by themselves, until its invariant breaks, and shrinks the plan that breaks it. */
export function hunt(mutant: Mutant, { seed, runs, budget, onProgress }: HuntOptions): Catch | undefined {
  const options = plansOf(mutant);
  for (let index = 0; index < runs; index += 1) {
    onProgress?.(index + 1, undefined);
    const plan = withSteps(drawPlan(seed, index, options), mutant.campaign.userSteps ?? []);
    if (!shows(plan, mutant)) continue;
    const small = shrinkPlan(plan, (candidate) => shows(candidate, mutant), {
      budget,
      onProgress: ({ steps }) => onProgress?.(index + 1, steps),
    });
    return { histories: index + 1, steps: plan.spec.steps.length, ...saved(small, mutant) };
  }
  return undefined;
}

/** The plan with further steps among its own, which keep their order. */
function withSteps(plan: Plan, more: readonly Step[]): Plan {
  const { steps } = plan.spec;
  return more.length === 0 ? plan : changed(plan, { steps: [...steps, ...more].toSorted((a, b) => a.at - b.at) });
}

/** The bug and nothing else is to blame: without it the same plan keeps the invariant. */
function shows(plan: Plan, { invariant }: Mutant): boolean {
  return broken(plan, invariant) !== undefined && broken(changed(plan, { mutants: [] }), invariant) === undefined;
}

function broken(plan: Plan, invariant: string): Violation | undefined {
  return execute(plan, { invariants: [invariantNamed(invariant)] }).violations[0];
}

function saved(plan: Plan, { id, invariant }: Mutant): Pick<Catch, "plan" | "violation"> {
  const history = execute(plan);
  const violation = history.violations.find((one) => one.invariant === invariant);
  if (violation === undefined) throw new Error(`${id}: ${invariant} holds when all invariants watch`);
  const record = { invariant, object: violation.object ?? "", digest: history.digest };
  return {
    plan: {
      ...plan,
      metadata: { name: `${id.toLowerCase()}-breaks-${invariant}` },
      spec: { ...plan.spec, violation: record },
    },
    violation,
  };
}

function plansOf({ id, invariant, campaign }: Mutant): PlanOptions {
  const { nodes, faults, steps, workload = "applications", manifests, images, apiServers = 1, attempts } = campaign;
  const group = {
    count: nodes,
    zones: Math.min(3, nodes),
    cpu: "4",
    memory: "16Gi",
    pods: 110,
    labels: {},
    taints: [],
  };
  return {
    cluster: {
      nodes: [group],
      controlPlane: { apiServers },
      network: { latencyMs: { min: 1, max: 5 } },
      ...(attempts !== undefined && { schedulers: [{ name: "kube-scheduler", ...attempts }] }),
    },
    nodes,
    steps,
    faults,
    workload,
    expect: [{ invariant }, { converges: { within: WITHIN_MS } }],
    mutants: [id],
    ...(manifests !== undefined && { manifests }),
    ...(images !== undefined && { images }),
  };
}
