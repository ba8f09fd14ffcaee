import { heapPush } from "../../base/heap.ts";
import type { Millis } from "../../base/units.ts";
import type { RuntimeState, Scheduled } from "./runtime-state.ts";

/** Order of what is scheduled: time, then the order in which it was planned. */
export function sooner(a: Scheduled, b: Scheduled): boolean {
  return a.at < b.at || (a.at === b.at && a.token < b.token);
}

/** Plans something that happens by itself; the token tells it from what was planned before. */
export function plan(
  state: RuntimeState,
  at: Millis,
  kind: Scheduled["kind"],
  key: string,
  uid: string,
  exitCode?: number,
): number {
  state.sequence += 1;
  const token = state.sequence;
  heapPush(state.schedule, { at, token, kind, key, uid, ...(exitCode !== undefined && { exitCode }) }, sooner);
  return token;
}
