import { expect, test } from "vitest";
import { apiserverConformance } from "../../src/harness/conformance/apiserver.ts";
import { agreement } from "./recorded.ts";

/** Least share of recorded answers that must agree, in percent, by file: what has been reached is not given up. */
const LEAST: readonly (readonly [file: string, percent: number])[] = [
  ["admission-plugins", 100],
  ["admission-quota", 100],
  ["config", 100],
  ["manifests", 100],
  ["metadata", 100],
  ["network", 99.5],
  ["patches", 99.7],
  ["pod", 100],
  ["policy", 100],
  ["real", 100],
  ["storage", 100],
  ["verbs-apply", 100],
  ["verbs-crud", 99.3],
  ["verbs-delete", 100],
  ["verbs-generation", 100],
  ["verbs-lists", 99.4],
  ["verbs-subresources", 100],
  ["verbs-tables", 100],
  ["workloads", 100],
];

for (const [file, percent] of LEAST)
  test(`kube-apiserver v1.36.2 > at least ${percent} % of the answers of ${file} are the recorded ones`, () => {
    const { decisions, agree } = agreement(apiserverConformance, `apiserver/${file}.jsonl.gz`);
    expect(decisions).toBeGreaterThan(0);
    expect((100 * agree) / decisions).toBeGreaterThanOrEqual(percent);
  });
