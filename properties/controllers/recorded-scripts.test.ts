import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { controllersConformance } from "../../src/harness/conformance/controllers.ts";

/** Least share of recorded answers that must agree, by file. */
const LEAST: readonly (readonly [file: string, share: number])[] = [
  ["pure-hash", 1],
  ["pure-pod-order", 1],
  ["pure-deployment", 1],
  // Only UTC is modelled, which is five of eight cases.
  ["pure-cron", 0.62],
  ["cronjob", 1],
  ["deployment", 1],
  ["replicaset", 1],
  ["statefulset", 1],
  ["daemonset", 1],
  ["job", 0.98],
  ["nodelifecycle", 1],
  ["gc", 1],
  ["budget", 1],
  ["storage", 1],
  ["namespace", 0.78],
  // One case of eleven shows EndpointSlices and Endpoints, which are not compared.
  ["quota", 0.85],
];

function share(file: string): number {
  const path = new URL(`../conformance/golden/controllers/${file}.jsonl.gz`, import.meta.url);
  let agree = 0;
  let decisions = 0;
  for (const line of gunzipSync(readFileSync(path)).toString().trim().split("\n")) {
    const outcome = controllersConformance.replay(JSON.parse(line), {});
    agree += outcome?.agree ?? 0;
    decisions += outcome?.decisions ?? 0;
  }
  return agree / decisions;
}

describe("recorded answers of the controllers", () => {
  for (const [file, least] of LEAST)
    it(`${file}: at least ${least * 100} % agree`, () => {
      expect(share(file)).toBeGreaterThanOrEqual(least);
    });
});
