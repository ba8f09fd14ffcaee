import { timestamp } from "../../base/time.ts";
import { isObject } from "./apiserver-normalise.ts";

/** What the recordings call by a number in order of appearance, and what the replay has in its place. */
export type Names = Map<string, string>;

const NAME = /^(?:uid|rv|ip|nodePort|continue)\d+$/;

/** Learns names from an answer and its recording: they stand at the same places. */
export function learn(names: Names, recorded: unknown, actual: unknown): void {
  if (typeof recorded === "string") {
    if (NAME.test(recorded) && !names.has(recorded) && (typeof actual === "string" || typeof actual === "number"))
      names.set(recorded, String(actual));
    return;
  }
  if (Array.isArray(recorded)) {
    if (Array.isArray(actual)) for (const [i, item] of recorded.entries()) learn(names, item, actual[i]);
    return;
  }
  if (!isObject(recorded) || !isObject(actual)) return;
  for (const key of Object.keys(recorded)) learn(names, recorded[key], actual[key]);
}

/** The text with "${STEP:metadata.uid}" replaced by what a named step before was answered. */
export function fillPlaceholders(text: string, answers: ReadonlyMap<string, unknown>, now: number): string {
  return text.replaceAll(
    /\$\{([\w-]+):([^}]+)\}|\$\{now([+-]\d+)?s?\}/g,
    (_, step?: string, path?: string, shift?: string) => {
      if (step === undefined || path === undefined) return timestamp(now + Number(shift ?? 0) * 1000);
      let value: unknown = answers.get(step);
      for (const part of path.split(".")) value = isObject(value) ? value[part] : undefined;
      return typeof value === "string" ? value : JSON.stringify(value ?? "");
    },
  );
}

/** A recorded text as the replay sends it; times of the recording are `now`. */
export function recall(names: Names, text: string, now: string): string {
  return text
    .replaceAll(/\b(?:uid|rv|ip|nodePort|continue)\d+\b/g, (name) => names.get(name) ?? name)
    .replaceAll('"T"', JSON.stringify(now));
}
