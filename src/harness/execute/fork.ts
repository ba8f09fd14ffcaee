import type { Cluster } from "../../cluster/cluster.ts";
import type { Plan } from "../plan/plan.ts";
import { isFault, knownBeforeFork } from "../plan/plan.ts";

/** Asks to be woken for each fault that is known from the start, with {type: "begin", index}, and at the fork, with {type: "fork"}. */
export function awaitSteps(cluster: Cluster, { spec }: Plan): void {
  awaitFaults(cluster, spec.steps.slice(0, knownBeforeFork(spec)), 0);
  if (spec.fork !== undefined) cluster.wakeHarness(spec.fork.at, { type: "fork" });
}

/** The history parts from those that share its beginning: other streams, another schedule, and the faults of the rest. */
export function takeFork(cluster: Cluster, { spec }: Plan): void {
  if (spec.fork === undefined) return;
  const { seed, schedule } = spec.fork;
  // UIDs and the like must not come a second time where both seeds are the same.
  cluster.reseed(`${spec.seed}/${seed}`, schedule);
  const known = knownBeforeFork(spec);
  awaitFaults(cluster, spec.steps.slice(known), known);
}

function awaitFaults(cluster: Cluster, steps: Plan["spec"]["steps"], from: number): void {
  for (const [i, step] of steps.entries())
    if (isFault(step)) cluster.wakeHarness(step.at, { type: "begin", index: from + i });
}
