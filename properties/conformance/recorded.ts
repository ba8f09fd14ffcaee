import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Conformance } from "../../src/harness/conformance/conformance.ts";

interface Line {
  readonly [field: string]: unknown;
}

/** The lines of a recorded file below golden/. */
export function recordedLines(file: string): readonly Line[] {
  const text = gunzipSync(readFileSync(new URL(`golden/${file}`, import.meta.url))).toString("utf8");
  return text.split("\n").flatMap((line): readonly Line[] => (line === "" ? [] : [JSON.parse(line)]));
}

/** How many recorded decisions there are in a file, and how many of them agree. */
export function agreement(
  conformance: Pick<Conformance, "replay">,
  file: string,
): { readonly decisions: number; readonly agree: number } {
  const context = {};
  let decisions = 0;
  let agree = 0;
  for (const line of recordedLines(file)) {
    const outcome = conformance.replay(line, context);
    decisions += outcome?.decisions ?? 0;
    agree += outcome?.agree ?? 0;
  }
  return { decisions, agree };
}
