import { EPOCH_MS } from "../../base/time.ts";
import { HOUR, MINUTE, SECOND } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";

/** A parsed cron schedule (robfig/cron's standard form), in UTC. */
export type Schedule =
  | { readonly every: Millis }
  | {
      readonly minutes: ReadonlySet<number>;
      readonly hours: ReadonlySet<number>;
      readonly days: ReadonlySet<number>;
      readonly months: ReadonlySet<number>;
      readonly weekdays: ReadonlySet<number>;
      /** Day of month or day of week is "*": both have to match; else one of them is enough. */
      readonly bothDays: boolean;
    };

interface Field {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MINUTES: Field = { min: 0, max: 59 };
const HOURS: Field = { min: 0, max: 23 };
const DAYS: Field = { min: 1, max: 31 };
const MONTHS: Field = {
  min: 1,
  max: 12,
  names: ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
const WEEKDAYS: Field = { min: 0, max: 6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] };
const DESCRIPTORS: { readonly [name: string]: string } = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};
const UNITS: { readonly [unit: string]: Millis } = { h: HOUR, m: MINUTE, s: SECOND, ms: 1 };
/** A schedule that matches nothing within so many years never does. */
const YEARS_MAX = 5;

/** Parses a schedule; undefined when it is none. */
export function parseSchedule(text: string): Schedule | undefined {
  if (text.startsWith("@every ")) return parseEvery(text.slice(7));
  const fields = (DESCRIPTORS[text] ?? text).trim().split(/\s+/);
  const [minute, hour, day, month, weekday] = fields;
  if (
    minute === undefined ||
    hour === undefined ||
    day === undefined ||
    month === undefined ||
    weekday === undefined ||
    fields.length !== 5
  )
    return undefined;
  const minutes = parseField(minute, MINUTES);
  const hours = parseField(hour, HOURS);
  const days = parseField(day, DAYS);
  const months = parseField(month, MONTHS);
  const weekdays = parseField(weekday, WEEKDAYS);
  if (
    minutes === undefined ||
    hours === undefined ||
    days === undefined ||
    months === undefined ||
    weekdays === undefined
  )
    return undefined;
  return { minutes, hours, days, months, weekdays, bothDays: isStar(day) || isStar(weekday) };
}

/** A list element that begins with "*" or "?" and has no step but 1 counts as a star. */
function isStar(field: string): boolean {
  return field.split(",").some((part) => /^[*?](\/1)?$/.test(part));
}

function parseEvery(text: string): Schedule | undefined {
  let total = 0;
  let rest = text;
  for (const [part, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)) {
    total += Number(amount) * (UNITS[unit ?? ""] ?? 0);
    rest = rest.replace(part, "");
  }
  if (rest !== "" || total <= 0) return undefined;
  return { every: Math.max(SECOND, Math.floor(total / SECOND) * SECOND) };
}

function parseField(text: string, field: Field): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [range = "", stepText, ...more] = part.split("/");
    const step = stepText === undefined ? 1 : parseNumber(stepText);
    if (more.length > 0 || step === undefined || step === 0) return undefined;
    const bounds = parseRange(range, field, stepText !== undefined);
    if (bounds === undefined) return undefined;
    for (let value = bounds[0]; value <= bounds[1]; value += step) values.add(value);
  }
  return values;
}

function parseRange(range: string, field: Field, stepped: boolean): readonly [number, number] | undefined {
  if (range === "*" || range === "?") return [field.min, field.max];
  const [firstText = "", lastText, ...more] = range.split("-");
  const first = parseValue(firstText, field);
  const last = lastText === undefined ? (stepped ? field.max : first) : parseValue(lastText, field);
  if (more.length > 0 || first === undefined || last === undefined) return undefined;
  return first < field.min || last > field.max || first > last ? undefined : [first, last];
}

function parseValue(text: string, { names }: Field): number | undefined {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  return named >= 0 && text !== "" ? named : parseNumber(text);
}

function parseNumber(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The first time after `after` that the schedule names; undefined when there is none. */
export function nextTime(schedule: Schedule, after: Millis): Millis | undefined {
  if ("every" in schedule) return Math.floor((after + schedule.every) / SECOND) * SECOND;
  const minute = Math.floor((EPOCH_MS + after) / MINUTE) + 1;
  let { day, hour, minute: minuteOfHour } = split(minute);
  const lastDay = day + YEARS_MAX * 366;
  for (; day <= lastDay; day += 1, hour = 0, minuteOfHour = 0) {
    if (!matchesDay(schedule, day)) continue;
    for (; hour < 24; hour += 1, minuteOfHour = 0) {
      if (!schedule.hours.has(hour)) continue;
      for (; minuteOfHour < 60; minuteOfHour += 1)
        if (schedule.minutes.has(minuteOfHour)) return ((day * 24 + hour) * 60 + minuteOfHour) * MINUTE - EPOCH_MS;
    }
  }
  return undefined;
}

function split(minute: number): { readonly day: number; readonly hour: number; readonly minute: number } {
  const hours = Math.floor(minute / 60);
  return { day: Math.floor(hours / 24), hour: hours % 24, minute: minute % 60 };
}

function matchesDay(schedule: Exclude<Schedule, { readonly every: Millis }>, day: number): boolean {
  const { month, dayOfMonth } = dateOf(day);
  if (!schedule.months.has(month)) return false;
  const inMonth = schedule.days.has(dayOfMonth);
  // 1 January 1970 was a Thursday.
  const inWeek = schedule.weekdays.has((day + 4) % 7);
  return schedule.bothDays ? inMonth && inWeek : inMonth || inWeek;
}

/** Month and day of a day since 1970 (Howard Hinnant's civil_from_days). */
function dateOf(days: number): { readonly month: number; readonly dayOfMonth: number } {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  return { month: mp < 10 ? mp + 3 : mp - 9, dayOfMonth: doy - Math.floor((153 * mp + 2) / 5) + 1 };
}
