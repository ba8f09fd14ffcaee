import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { kubectlConformance } from "../../src/harness/conformance/kubectl.ts";
import { hasOpenApiDocument } from "../../src/serve/openapi/documents.ts";

/** Least share in percent: what has been reached is not given up. */
const LEAST = 98;

test(`kubectl v1.36.2 > at least ${LEAST} % of its recorded requests get the recorded answers`, () => {
  const bytes = readFileSync(new URL("golden/kubectl/kubectl.jsonl.gz", import.meta.url));
  const conformance = kubectlConformance(hasOpenApiDocument);
  let decisions = 0;
  let agree = 0;
  for (const line of gunzipSync(bytes).toString("utf8").split("\n")) {
    const outcome = line === "" ? undefined : conformance.replay(JSON.parse(line), {});
    decisions += outcome?.decisions ?? 0;
    agree += outcome?.agree ?? 0;
  }
  expect(decisions).toBeGreaterThan(1000);
  expect((100 * agree) / decisions).toBeGreaterThanOrEqual(LEAST);
});
