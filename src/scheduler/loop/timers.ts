import type { Millis } from "../../base/units.ts";
import { SECOND } from "../../base/units.ts";
import { backoffExpiration } from "../queue/backoff.ts";
import { canPop } from "../queue/scheduling-queue.ts";
import type { QueuedPodInfo } from "../queue/state.ts";
import type { Loop } from "./state.ts";
import { NEVER } from "./state.ts";

const LEFTOVER_PERIOD: Millis = 30 * SECOND;

/** Sets the timers that the queue needs, and none when it needs none. */
export function armTimers({ state, io, queue }: Loop): void {
  if (!state.synced) return;
  const wake = state.trying !== undefined ? NEVER : canPop(queue) ? io.now : endOfErrorBackoff(queue);
  if (wake < state.wakeAt) {
    state.wakeAt = wake;
    io.timer(wake, { type: "wake" });
  }
  if (state.leftoverAt !== NEVER || state.queue.unschedulable.size === 0) return;
  const since = longestWait(state.queue.unschedulable.values());
  if (since === NEVER) return;
  const due = nextLeftoverFlush(state.started, since, queue.times.maxInUnschedulable);
  state.leftoverAt = due > io.now ? due : nextLeftoverFlush(state.started, io.now, 0);
  io.timer(state.leftoverAt, { type: "leftover" });
}

/** The flush that frees the pod which failed by an error and waits for the shortest time. */
function endOfErrorBackoff({ queue, times, now }: Loop["queue"]): Millis {
  const head = queue.errorBackoff[0];
  if (head === undefined) return NEVER;
  return Math.max((backoffExpiration(head, times) ?? now) + SECOND, now);
}

/** The first flush, every 30 s after the start, at which a pod that waits since `since` has waited for too long. */
export function nextLeftoverFlush(started: Millis, since: Millis, max: Millis): Millis {
  return started + (Math.floor((since + max - started) / LEFTOVER_PERIOD) + 1) * LEFTOVER_PERIOD;
}

/** Since when the pod that waits for the longest does so; gated pods wait for no flush. */
function longestWait(infos: Iterable<QueuedPodInfo>): Millis {
  let least = NEVER;
  for (const { timestamp, gatingPlugin } of infos)
    if (timestamp < least && gatingPlugin === undefined) least = timestamp;
  return least;
}
