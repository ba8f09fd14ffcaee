import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { apiserverConformance } from "../../src/harness/conformance/apiserver.ts";
import { manifestCases } from "./manifest-cases.ts";
import type { ManifestCase } from "./manifest-cases.ts";

const bytes = readFileSync(new URL("golden/apiserver/manifests.jsonl.gz", import.meta.url));
const recorded = gunzipSync(bytes)
  .toString("utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as ManifestCase & { readonly [key: string]: unknown });

for (const { id, steps } of manifestCases())
  test(`${id} > is stored and read back as kube-apiserver v1.36.2 does`, () => {
    const line = recorded.find((one) => one.id === id);
    expect(line?.steps.map(({ m, p, b }) => ({ m, p, ...(b !== undefined && { b }) }))).toEqual(steps);
    const outcome = apiserverConformance.replay(line ?? {}, {});
    expect(outcome?.differences).toEqual([]);
    expect(outcome?.agree).toBe(steps.length);
  });
