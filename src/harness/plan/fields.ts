import { z } from "zod";
import { parseQuantity } from "../../api/quantity.ts";
import type { Millis } from "../../base/units.ts";
import { parseDuration } from "./duration.ts";

/** Schemas of single fields, with messages that say what was expected. */

/** "90s", "10m", "1h30m" or whole milliseconds. */
export const duration: z.ZodType<Millis> = z.unknown().transform((value, context) => {
  const ms = parseDuration(value);
  if (ms !== undefined) return ms;
  context.addIssue({
    code: "custom",
    message: `expected a duration such as 90s, 10m or a whole number of milliseconds, found ${show(value)}`,
  });
  return z.NEVER;
});

/** A whole number of a range. */
export function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): z.ZodType<number> {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return z.custom<number>((value) => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max, {
    error: (issue) => `expected a whole number ${range}, found ${show(issue.input)}`,
  });
}

/** A number in [0, 1]. */
export const probability: z.ZodType<number> = z.custom<number>(
  (value) => typeof value === "number" && value >= 0 && value <= 1,
  {
    error: (issue) => `expected a number from 0 to 1, found ${show(issue.input)}`,
  },
);

/** A text that is not empty. */
export const text: z.ZodType<string> = z.custom<string>((value) => typeof value === "string" && value !== "", {
  error: (issue) => `expected a text, found ${show(issue.input)}`,
});

/** true or false. */
export const flag: z.ZodType<boolean> = z.custom<boolean>((value) => typeof value === "boolean", {
  error: (issue) => `expected true or false, found ${show(issue.input)}`,
});

/** One of the given words. */
export function word<const W extends string>(...words: readonly W[]): z.ZodType<W> {
  return z.custom<W>((value) => words.some((known) => known === value), {
    error: (issue) => `expected ${words.length === 1 ? "" : "one of "}${words.join(", ")}, found ${show(issue.input)}`,
  });
}

/** A Kubernetes quantity that is not negative; a bare number becomes its text. */
export const quantity: z.ZodType<string> = z.unknown().transform((value, context) => {
  const parsed = typeof value === "string" || typeof value === "number" ? parseQuantity(value) : undefined;
  if (parsed !== undefined && parsed >= 0n) return String(value);
  context.addIssue({ code: "custom", message: `expected a quantity such as 4, 500m or 16Gi, found ${show(value)}` });
  return z.NEVER;
});

/** A map of texts, as labels are. */
export const textMap: z.ZodType<{ readonly [key: string]: string }> = z.record(
  z.string(),
  z.custom<string>((value) => typeof value === "string", {
    error: (issue) => `expected a text (quote numbers), found ${show(issue.input)}`,
  }),
  { error: (issue) => `expected a map of texts, found ${show(issue.input)}` },
);

/** A found value in few characters. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "a map";
  const shown = JSON.stringify(value) ?? typeof value;
  return shown.length > 60 ? `${shown.slice(0, 57)}…` : shown;
}
