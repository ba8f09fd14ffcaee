import { heapPop, heapPush } from "../base/heap.ts";
import type { Millis } from "../base/units.ts";
import { SECOND } from "../base/units.ts";
import type { Kubelet, KubeletState } from "./state.ts";

/** Period in which the kubelet looks for pods without a worker and workers without a pod. */
const HOUSEKEEPING: Millis = 2 * SECOND;

/** Something that the kubelet wants to do at a time. Stale ones are recognised by whoever handles them. */
export interface Wake {
  readonly at: Millis;
  readonly kind:
    | "relist"
    | "sync"
    | "probe"
    | "status"
    | "turn"
    | "mount"
    | "deadline"
    | "lease"
    | "register"
    | "nodeStatus"
    | "restart"
    | "delete";
  readonly uid: string;
  /** Probe key or container id. */
  readonly detail: string;
}

/** Order by time, relists first, then by content: it does not depend on when a wake was asked for. */
function sooner(a: Wake, b: Wake): boolean {
  if (a.at !== b.at) return a.at < b.at;
  if ((a.kind === "relist") !== (b.kind === "relist")) return a.kind === "relist";
  if (a.kind !== b.kind) return a.kind < b.kind;
  return a.uid !== b.uid ? a.uid < b.uid : a.detail < b.detail;
}

/** Asks to be woken; wakes of one instant share a timer. */
export function wakeAt(kubelet: Kubelet, at: Millis, kind: Wake["kind"], uid = "", detail = ""): void {
  const { state, io } = kubelet;
  heapPush(state.wakes, { at, kind, uid, detail }, sooner);
  arm(kubelet, io.now);
}

/** The next wake that is due. */
export function takeWake(kubelet: Kubelet): Wake | undefined {
  const { state, io } = kubelet;
  const next = state.wakes[0];
  return next !== undefined && next.at <= io.now ? heapPop(state.wakes, sooner) : undefined;
}

/** Sees to it that a timer is set for the earliest wake. */
export function arm({ state, io }: Kubelet, now: Millis): void {
  const next = state.wakes[0];
  if (next === undefined) return;
  const at = Math.max(next.at, now);
  if (state.armed.has(at)) return;
  state.armed.add(at);
  io.timer(at, { type: "wake", at });
}

/** First tick of the kubelet's 1 s relist after `now`. */
export function nextRelist(state: KubeletState, now: Millis): Millis {
  return lastRelist(state, now) + SECOND;
}

/** Last tick of the relist up to and including `now`. */
export function lastRelist(state: KubeletState, now: Millis): Millis {
  return state.startedAt + Math.floor((now - state.startedAt) / SECOND) * SECOND;
}

/** First tick of the housekeeping (2 s) after `now`. */
export function nextHousekeeping(state: KubeletState, now: Millis): Millis {
  return state.startedAt + (Math.floor((now - state.startedAt) / HOUSEKEEPING) + 1) * HOUSEKEEPING;
}

/** First tick of the sync loop (1 s, half a second off the relist) at or after `at`. */
export function syncTick(state: KubeletState, at: Millis): Millis {
  const phase = state.startedAt + SECOND / 2;
  return phase + Math.ceil((at - phase) / SECOND) * SECOND;
}
