import { forgetKeys } from "../../api/object.ts";
import { sameJson } from "../../base/same-json.ts";
import type { ClusterSpec } from "../../cluster/cluster-spec.ts";
import { stateCopier } from "../../cluster/cluster-state.ts";
import type { Checkpoint } from "../../cluster/cluster-state.ts";
import type { WatchState } from "../expectations/watch.ts";
import type { ActiveFaults } from "../faults/active.ts";
import type { Invariant } from "../invariants/invariant.ts";
import type { MonitorState } from "../invariants/monitor.ts";
import type { Plan } from "../plan/plan.ts";
import { knownBeforeFork } from "../plan/plan.ts";
import type { Progress } from "./progress.ts";

/** A history just before its fork: plain data. */
interface Saved {
  readonly cluster: Checkpoint;
  readonly monitor: MonitorState;
  readonly watch: WatchState;
  readonly faults: ActiveFaults;
  readonly progress: Progress;
}

/** What a history goes on from; the histories that share it have one spec, and with it the code of their components. */
export interface Beginning extends Saved {
  readonly spec: ClusterSpec;
}

/** The beginning that was run last, and all that it depends on: histories that share one come in a row. */
let latest:
  | {
      readonly of: unknown;
      readonly invariants: readonly Invariant[];
      readonly spec: ClusterSpec;
      readonly copy: () => Saved;
    }
  | undefined;

/**
 * The beginning that plans with this one's share, for one of them to go on from; `run` makes it when it is not the one that was
 * run last. Undefined when the plan does not fork.
 */
export function beginningOf(
  { spec: { fork, steps, expect } }: Plan,
  spec: ClusterSpec,
  invariants: readonly Invariant[],
  run: () => Saved,
): Beginning | undefined {
  if (fork === undefined) return undefined;
  const of = [fork.at, spec, steps.slice(0, knownBeforeFork({ fork, steps })), expect];
  if (latest === undefined || !sameItems(latest.invariants, invariants) || !sameJson(latest.of, of)) {
    forgetKeys();
    latest = { of, invariants, spec, copy: stateCopier(run()) };
  }
  return { spec: latest.spec, ...latest.copy() };
}

function sameItems(list: readonly unknown[], other: readonly unknown[]): boolean {
  return list === other || (list.length === other.length && list.every((item, i) => item === other[i]));
}
