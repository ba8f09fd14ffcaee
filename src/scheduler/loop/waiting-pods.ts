import type { Millis } from "../../base/units.ts";
import { MINUTE } from "../../base/units.ts";
import type { Io } from "../../client/component.ts";
import type { Status } from "../framework/status.ts";
import { status } from "../framework/status.ts";
import type { WaitingPods } from "../framework/waiting-pods.ts";
import { goDurationText } from "../framework/go-duration.ts";
import type { Binding, SchedulerState } from "./state.ts";

/** What keeps a pod at Permit (upstream's waitingPod). Plain data. */
export interface PermitWait {
  /** Plugins that have not allowed it yet. */
  readonly pending: Set<string>;
  /** Why it is turned down; what is said first counts. */
  verdict: Status | undefined;
}

/** What the timer of a plugin's wait tells. */
export interface LatePermit {
  readonly uid: string;
  /** Which attempt of the pod waits. */
  readonly attempt: number;
  readonly plugin: string;
  readonly waitMs: Millis;
}

/** No plugin lets a pod wait for longer. */
const MAX_TIMEOUT: Millis = 15 * MINUTE;

/** The wait that plugins have asked for, each for its time at most. */
export function beginWait(io: Io, uid: string, attempt: number, waits: ReadonlyMap<string, Millis>): PermitWait {
  for (const [plugin, asked] of waits) {
    const waitMs = Math.min(asked, MAX_TIMEOUT);
    io.timer(io.now + waitMs, { type: "permit-late", uid, attempt, plugin, waitMs });
  }
  return { pending: new Set(waits.keys()), verdict: undefined };
}

/** A plugin has let the pod wait for as long as it said. */
export function permitIsLate(state: SchedulerState, io: Io, late: LatePermit): void {
  const { uid, plugin } = late;
  const binding = state.binding.get(uid);
  if (binding?.info.attempts !== late.attempt || binding.wait?.pending.has(plugin) !== true) return;
  const message = `rejected due to timeout after waiting ${goDurationText(late.waitMs)} at plugin ${plugin}`;
  stopWaiting(state, io, uid, status(plugin, "Unschedulable", message));
}

/** Ends the wait of a pod with a verdict; false when it does not wait. */
export function stopWaiting(
  { binding }: Pick<SchedulerState, "binding">,
  io: Io,
  uid: string,
  verdict: Status,
): boolean {
  const waiting = binding.get(uid);
  if (waiting?.wait === undefined || !isWaiting(waiting)) return false;
  waiting.wait.verdict = verdict;
  wake(io, uid, waiting);
  return true;
}

/** The hands that plugins get. */
export function waitingPodsOf({ binding }: SchedulerState, io: Io): WaitingPods {
  return {
    list: () =>
      [...binding.values()]
        .filter(isWaiting)
        .map(({ assumed, node, wait }) => ({ pod: assumed, node, pending: [...(wait?.pending ?? [])] })),
    allow(uid, plugin) {
      const waiting = binding.get(uid);
      if (waiting?.wait === undefined || !isWaiting(waiting)) return;
      waiting.wait.pending.delete(plugin);
      if (waiting.wait.pending.size === 0) wake(io, uid, waiting);
    },
    reject: (uid, plugin, message) => stopWaiting({ binding }, io, uid, status(plugin, "Unschedulable", message)),
  };
}

function isWaiting({ wait }: Binding): boolean {
  return wait !== undefined && wait.pending.size > 0 && wait.verdict === undefined;
}

/** The binding cycle goes on beside the scheduling cycle. */
function wake(io: Io, uid: string, { info }: Binding): void {
  io.timer(io.now, { type: "permitted", uid, attempt: info.attempts });
}
