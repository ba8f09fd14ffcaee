import type { Container, Pod } from "../api/types/core-v1.ts";
import { MINUTE, SECOND } from "../base/units.ts";
import type { Millis } from "../base/units.ts";
import type { BackOffEntry } from "./state.ts";

/** First back-off of a container's restart or of an image's pull. */
export const BACK_OFF_INITIAL: Millis = 10 * SECOND;
/** Longest back-off. */
export const BACK_OFF_MAX: Millis = 300 * SECOND;
/** A container's entry starts again after so long without an advance; an image's after twice the longest back-off. */
export const BACK_OFF_EXPIRY: Millis = 10 * MINUTE;

/** The key under which a container's crashes are counted: another image or other resources start afresh. */
export function backOffKey(pod: Pod, container: Container): string {
  const resources = container.resources === undefined ? "" : JSON.stringify(container.resources);
  return `${pod.metadata.uid}_${container.name}_${container.image ?? ""}_${resources}`;
}

/** The back-off that still holds at `now` for something that failed at `since`; undefined: try again. */
export function holding(entry: BackOffEntry | undefined, since: Millis, now: Millis): Millis | undefined {
  if (entry === undefined || since - entry.updatedAt > BACK_OFF_EXPIRY) return undefined;
  return now - since < entry.ms ? entry.ms : undefined;
}

/** Advances an entry for a failure at `since`: 10 s at first or after it expired, then double, up to `max`. */
export function advanced(
  entry: BackOffEntry | undefined,
  since: Millis,
  now: Millis,
  max: Millis = BACK_OFF_MAX,
): BackOffEntry {
  const expired = entry === undefined || since - entry.updatedAt > BACK_OFF_EXPIRY;
  return { ms: expired ? BACK_OFF_INITIAL : Math.min(entry.ms * 2, max), updatedAt: now };
}

/** A duration as Go prints it: "10s", "1m20s", "5m0s". */
export function goDuration(ms: Millis): string {
  const seconds = ms / SECOND;
  if (seconds < 60) return `${seconds}s`;
  return `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
