import { expect, test } from "vitest";
import { kubectlConformance } from "../../src/harness/conformance/kubectl.ts";
import { hasOpenApiDocument } from "../../src/serve/openapi/documents.ts";
import { agreement } from "./recorded.ts";

/** Least share in percent: what has been reached is not given up. */
const LEAST = 98;

test(`kubectl v1.36.2 > at least ${LEAST} % of its recorded requests get the recorded answers`, () => {
  const { decisions, agree } = agreement(kubectlConformance(hasOpenApiDocument), "kubectl/kubectl.jsonl.gz");
  expect(decisions).toBeGreaterThan(1000);
  expect((100 * agree) / decisions).toBeGreaterThanOrEqual(LEAST);
});
