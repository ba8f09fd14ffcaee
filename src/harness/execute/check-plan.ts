import { InputError } from "../../base/input-error.ts";
import { watchExpectations } from "../expectations/watch.ts";
import { allInvariants } from "../invariants/index.ts";
import { allMutants } from "../mutants/corpus.ts";
import type { Plan, SchedulerPlan } from "../plan/plan.ts";
import { checkSchedulerConfig } from "../plan/scheduler-config.ts";
import { expectationsOf } from "./wanted.ts";

/** Refuses names that nothing answers to, so that a plan with a slip of the pen is not held by accident. */
export function checkPlan(plan: Plan, file: string): void {
  const { expect, mutants } = plan.spec;
  const always = allInvariants.filter(({ expectation }) => expectation !== "sometimes").map(({ name }) => name);
  const sometimes = allInvariants.filter(({ expectation }) => expectation === "sometimes").map(({ name }) => name);
  for (const [i, one] of expect.entries()) {
    const where = `${file}: spec.expect[${i}]`;
    if ("invariant" in one && one.invariant !== "all" && !always.includes(one.invariant))
      throw new InputError(
        `${where}.invariant: unknown invariant "${one.invariant}"; expected all or one of ${always.join(", ")}.`,
      );
    if ("reaches" in one && !sometimes.includes(one.reaches))
      throw new InputError(
        `${where}.reaches: unknown state "${one.reaches}"; expected one of ${sometimes.join(", ")}.`,
      );
  }
  checkMutants(mutants, `${file}: spec.mutants`);
  checkSchedulers(plan.spec.cluster.schedulers ?? [], `${file}: spec.cluster.schedulers`);
  try {
    watchExpectations(expectationsOf(plan));
  } catch (error) {
    if (error instanceof InputError)
      throw new InputError(`${file}: spec.expect: ${error.message}; expected one of these with its parameters.`);
    throw error;
  }
}

/** Refuses schedulers of one name, two that serve the same pods, and configurations that kube-scheduler refuses. */
function checkSchedulers(schedulers: readonly SchedulerPlan[], where: string): void {
  const names = new Set<string>();
  const served = new Map<string, string>();
  for (const [i, { name, config }] of schedulers.entries()) {
    if (names.has(name)) throw new InputError(`${where}[${i}].name: "${name}" is there twice; expected another name.`);
    names.add(name);
    for (const schedulerName of checkSchedulerConfig(config ?? {}, `${where}[${i}].config`)) {
      const other = served.get(schedulerName);
      if (other !== undefined)
        throw new InputError(
          `${where}[${i}].config: schedulerName "${schedulerName}" is served by ${other} already; expected each by one scheduler.`,
        );
      served.set(schedulerName, name);
    }
  }
}

/** Refuses planted bugs that nobody has planted. */
export function checkMutants(ids: readonly string[], where: string): void {
  const known = allMutants.map(({ id }) => id);
  for (const id of ids)
    if (!known.includes(id))
      throw new InputError(`${where}: unknown planted bug "${id}"; expected some of ${known.join(", ")}.`);
}
