import type { Millis } from "./units.ts";

/** Wall time at virtual time 0: 2026-01-01T00:00:00Z, in milliseconds since 1970. */
export const EPOCH_MS = 1_767_225_600_000;

const DAY_MS = 86_400_000;
let lastSecond = Number.NaN;
let lastText = "";
/** Texts that were parsed or printed lately: the same few times are read and written again and again. */
const parsed = new Map<string, Millis>();
const printed = new Map<number, string>();
const KNOWN_MAX = 4096;

/** RFC 3339 in whole seconds, as metav1.Time prints it: timestamp(1500) = "2026-01-01T00:00:01Z". */
export function timestamp(now: Millis): string {
  const second = Math.floor((EPOCH_MS + now) / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = printed.get(second) ?? print(second);
  }
  return lastText;
}

function print(second: number): string {
  const text = `${civil(second * 1000)}Z`;
  if (printed.size >= KNOWN_MAX) printed.clear();
  printed.set(second, text);
  return text;
}

/** RFC 3339 with microseconds, as metav1.MicroTime prints it. */
export function microTimestamp(now: Millis): string {
  const ms = EPOCH_MS + now;
  return `${civil(ms)}.${pad(((ms % 1000) + 1000) % 1000, 3)}000Z`;
}

/** Virtual time of an RFC 3339 text; NaN when it is none. Accepts fractions and numeric offsets. */
export function parseTimestamp(text: string): Millis {
  if (text === lastText) return lastSecond * 1000 - EPOCH_MS;
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const time = parse(text);
  if (parsed.size >= KNOWN_MAX) parsed.clear();
  parsed.set(text, time);
  return time;
}

function parse(text: string): Millis {
  const m = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?(Z|z|[+-]\d\d:\d\d)$/.exec(text);
  if (m === null) return Number.NaN;
  const [, y, mo, d, h, mi, s, fraction, zone] = m;
  const days = daysFromCivil(Number(y), Number(mo), Number(d));
  let ms = days * DAY_MS + Number(h) * 3_600_000 + Number(mi) * 60_000 + Number(s) * 1000;
  if (fraction !== undefined) ms += Math.floor(Number(`0${fraction}`) * 1000);
  if (zone !== undefined && zone.length === 6) {
    const sign = zone.startsWith("-") ? 1 : -1;
    ms += sign * (Number(zone.slice(1, 3)) * 3_600_000 + Number(zone.slice(4, 6)) * 60_000);
  }
  return ms - EPOCH_MS;
}

/** Milliseconds since 1970 as "YYYY-MM-DDThh:mm:ss". */
function civil(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  const rest = Math.floor((ms - days * DAY_MS) / 1000);
  // Howard Hinnant's civil_from_days: eras of 400 years that begin on 1 March.
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const day = doy - Math.floor((153 * mp + 2) / 5) + 1;
  const month = mp < 10 ? mp + 3 : mp - 9;
  const year = yoe + era * 400 + (month <= 2 ? 1 : 0);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${pad(Math.floor(rest / 3600), 2)}:${pad(Math.floor(rest / 60) % 60, 2)}:${pad(rest % 60, 2)}`;
}

function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yoe = y - era * 400;
  const doy = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return era * 146_097 + yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy - 719_468;
}

function pad(n: number, width: number): string {
  return String(n).padStart(width, "0");
}
