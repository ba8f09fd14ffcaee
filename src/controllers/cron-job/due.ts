import { SECOND } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import { nextTime } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";

/** From when a CronJob counts, and by when it must have started. */
export interface Since {
  readonly created: Millis;
  readonly lastSchedule: Millis | undefined;
  readonly startingDeadlineSeconds: number | undefined;
}

/** The latest time that is due, and how many there have been since the last run. */
export interface Due {
  readonly earliest: Millis;
  readonly mostRecent?: Millis;
  readonly missed: "none" | "few" | "many";
}

/** The wake-up comes so much after the scheduled time. */
const DELTA_MS: Millis = 100;
const MANY = 100;

/** Finds the latest scheduled time that is not in the future (upstream: mostRecentScheduleTime). */
export function mostRecentDue(schedule: Schedule, since: Since, now: Millis, withDeadline: boolean): Due {
  let earliest = since.lastSchedule ?? since.created;
  if (withDeadline && since.startingDeadlineSeconds !== undefined)
    earliest = Math.max(earliest, now - since.startingDeadlineSeconds * SECOND);
  const first = nextTime(schedule, earliest);
  if (first === undefined || now < first) return { earliest, missed: "none" };
  const second = nextTime(schedule, first);
  if (second === undefined || now < second) return { earliest, mostRecent: first, missed: "none" };
  const interval = Math.round((second - first) / SECOND) * SECOND;
  const count = Math.floor((now - first) / interval) + 1;
  let mostRecent: Millis | undefined;
  for (
    let at = nextTime(schedule, first + (count - 2) * interval);
    at !== undefined && at <= now;
    at = nextTime(schedule, at)
  )
    mostRecent = at;
  return { earliest, missed: count > MANY ? "many" : "few", ...(mostRecent !== undefined && { mostRecent }) };
}

/** How long until the CronJob has to be looked at again; undefined when it never runs again. */
export function nextLookAfter(schedule: Schedule, since: Since, now: Millis): Millis | undefined {
  const { earliest, mostRecent, missed } = mostRecentDue(schedule, since, now, false);
  const next = nextTime(schedule, mostRecent ?? (missed === "none" ? earliest : now));
  return next === undefined ? undefined : next + DELTA_MS - now;
}
