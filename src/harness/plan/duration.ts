import type { Millis } from "../../base/units.ts";

const PATTERN = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const UNITS: { readonly [unit: string]: Millis } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** parseDuration("1m30s") = 90000; numbers are milliseconds. Undefined when it is no duration. */
export function parseDuration(value: unknown): Millis | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== "string") return undefined;
  if (value === "0") return 0;
  if (!PATTERN.test(value)) return undefined;
  let total = 0;
  for (const [, amount, unit] of value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    total += Number(amount) * (UNITS[unit ?? ""] ?? 0);
  const rounded = Math.round(total);
  return Number.isSafeInteger(rounded) ? rounded : undefined;
}

/** The shortest exact text: printDuration(90000) = "90s", printDuration(600000) = "10m", printDuration(1) = "1ms". */
export function printDuration(ms: Millis): string {
  if (ms === 0) return "0s";
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  if (ms % 60_000 === 0) return `${ms / 60_000}m`;
  if (ms % 1000 === 0) return `${ms / 1000}s`;
  return `${ms}ms`;
}
