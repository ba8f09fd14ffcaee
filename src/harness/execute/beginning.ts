import { cloneShared } from "../../cluster/cluster-state.ts";
import type { Checkpoint } from "../../cluster/cluster-state.ts";
import type { WatchState } from "../expectations/watch.ts";
import type { ActiveFaults } from "../faults/active.ts";
import type { Invariant } from "../invariants/invariant.ts";
import type { MonitorState } from "../invariants/monitor.ts";
import { clusterSpecOf } from "../plan/cluster-spec-of.ts";
import type { Plan } from "../plan/plan.ts";
import { knownBeforeFork } from "../plan/plan.ts";
import type { Progress } from "./progress.ts";

/** A history just before its fork: plain data. */
export interface Beginning {
  readonly cluster: Checkpoint;
  readonly monitor: MonitorState;
  readonly watch: WatchState;
  readonly faults: ActiveFaults;
  readonly progress: Progress;
}

/** The beginning that was run last: histories that share one come in a row. */
let latest: { readonly key: string; readonly beginning: Beginning } | undefined;

/**
 * The beginning that plans with this one's share, for one of them to go on from; `run` makes it when it is not the one that was
 * run last. Undefined when the plan does not fork.
 */
export function beginningOf(plan: Plan, invariants: readonly Invariant[], run: () => Beginning): Beginning | undefined {
  const { fork, steps, expect } = plan.spec;
  if (fork === undefined) return undefined;
  const known = steps.slice(0, knownBeforeFork(plan.spec));
  const names = invariants.map(({ name }) => name);
  const key = JSON.stringify([fork.at, clusterSpecOf(plan), known, expect, names]);
  if (latest?.key !== key) latest = { key, beginning: run() };
  return cloneShared(latest.beginning);
}
