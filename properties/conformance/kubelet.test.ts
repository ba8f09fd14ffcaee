import { expect, test } from "vitest";
import { kubeletConformance } from "../../src/harness/conformance/kubelet.ts";
import { agreement } from "./recorded.ts";

/** Lowest share of decisions, by file, that agrees with the recordings; what is modelled only in part is lower. */
const SHARES: { readonly [file: string]: number } = {
  admission: 0.92,
  config: 0.97,
  deadline: 1,
  delete: 1,
  ephemeral: 1,
  gate: 1,
  hook: 1,
  image: 0.98,
  init: 1,
  "kubelet-restart": 0.98,
  probe: 0.98,
  restart: 1,
  rule: 0.97,
  several: 0.97,
  shares: 1,
  sidecar: 1,
  sizes: 0.99,
};

for (const [file, share] of Object.entries(SHARES))
  test(`kubelet v1.36.2 > ${file} agrees with what was recorded`, () => {
    const { decisions, agree } = agreement(kubeletConformance, `kubelet/${file}.jsonl.gz`);
    expect(decisions).toBeGreaterThan(0);
    expect(agree / decisions).toBeGreaterThanOrEqual(share);
  });
