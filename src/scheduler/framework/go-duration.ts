import type { Millis } from "../../base/units.ts";

const UNITS: { readonly [unit: string]: number } = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** A duration as Go writes it: goDuration("-1m30s") = -90000, with a fraction below a millisecond; undefined: none. */
export function goDuration(text: string): Millis | undefined {
  const sign = text.startsWith("-") ? -1 : 1;
  const rest = text.replace(/^[+-]/, "");
  if (rest === "0") return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.test(rest)) return undefined;
  let sum = 0;
  for (const [, amount = "", unit = ""] of rest.matchAll(/([\d.]+)([a-zµ]+)/g))
    sum += Number(amount) * (UNITS[unit] ?? 0);
  return sign * sum;
}

/** A duration of whole milliseconds as Go prints it: 500ms, 1.5s, 1m30s, 2h0m0s. */
export function goDurationText(ms: Millis): string {
  if (ms === 0) return "0s";
  if (ms < 1000) return `${ms}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = `${(ms % 60_000) / 1000}s`;
  if (minutes === 0) return seconds;
  return minutes < 60 ? `${minutes}m${seconds}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}
