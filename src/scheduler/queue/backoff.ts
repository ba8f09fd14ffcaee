import type { Millis } from "../../base/units.ts";
import { SECOND } from "../../base/units.ts";
import type { QueuedPodInfo, QueueTimes } from "./state.ts";

/** Length of the pod's backoff: 1, 2, 4, 8, 10, 10 … s by default; 0 before the first failure. */
export function backoffDuration(info: QueuedPodInfo, { initialBackoff, maxBackoff }: QueueTimes): Millis {
  const count = info.consecutiveErrors > 0 ? info.consecutiveErrors : info.unschedulableCount;
  if (count === 0 || maxBackoff === 0) return 0;
  return Math.min(initialBackoff * 2 ** Math.min(count - 1, 40), maxBackoff);
}

/** The whole second at which backoff ends, rounded down; undefined when there is none. */
export function backoffExpiration(info: QueuedPodInfo, times: QueueTimes): Millis | undefined {
  if (info.backoffExpiration === undefined) {
    const duration = backoffDuration(info, times);
    if (duration === 0) return undefined;
    info.backoffExpiration = wholeSecond(info.timestamp + duration);
  }
  return info.backoffExpiration;
}

/** Whether the pod must still wait: also through the whole second in which its backoff ends. */
export function isBackingOff(info: QueuedPodInfo, times: QueueTimes, now: Millis): boolean {
  const expiration = backoffExpiration(info, times);
  return expiration !== undefined && expiration >= wholeSecond(now);
}

/** 1999 → 1000. */
export function wholeSecond(at: Millis): Millis {
  return Math.floor(at / SECOND) * SECOND;
}
