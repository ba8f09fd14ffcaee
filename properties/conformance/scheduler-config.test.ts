import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { schedulerConfig } from "../../src/scheduler/framework/profile.ts";

const RECORDED = new URL("golden/scheduler-config/refusals.jsonl.gz", import.meta.url);

interface Recorded {
  readonly config: { readonly profiles?: unknown };
  /** The message with which kube-scheduler v1.36.2 ends; null: it starts. */
  readonly refused: string | null;
}

const cases: readonly Recorded[] = gunzipSync(readFileSync(RECORDED))
  .toString("utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

test(`kube-scheduler v1.36.2 > takes and refuses ${cases.length} configurations with the recorded messages`, () => {
  for (const { config, refused } of cases) {
    let message: string | null = null;
    try {
      schedulerConfig(config);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message, JSON.stringify(config)).toBe(refused);
  }
  expect(cases.length).toBeGreaterThan(150);
});
