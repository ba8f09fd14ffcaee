import { InvalidArgumentError } from "commander";

/** A whole number of at least `least`, as an option's parser. */
export function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`expected a whole number of at least ${least}.`);
    return value;
  };
}

/** A duration such as 60s, 10m or 500ms, in milliseconds. */
export function durationMs(text: string): number {
  const m = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  if (m === null) throw new InvalidArgumentError('expected a duration such as "60s" or "10m".');
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[m[2] ?? "s"] ?? 1000;
  return Number(m[1]) * unit;
}

/** "default" or a percentage from 1 to 100. */
export function percentage(text: string): number | "default" {
  if (text === "default") return "default";
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 100)
    throw new InvalidArgumentError('expected "default" or a whole number from 1 to 100.');
  return value;
}
