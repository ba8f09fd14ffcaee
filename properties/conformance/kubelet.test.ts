import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { kubeletConformance } from "../../src/harness/conformance/kubelet.ts";

const GOLDEN = new URL("golden/kubelet/", import.meta.url);

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
    const lines = gunzipSync(readFileSync(new URL(`${file}.jsonl.gz`, GOLDEN)))
      .toString("utf8")
      .trim()
      .split("\n");
    const context = {};
    let agree = 0;
    let decisions = 0;
    for (const line of lines) {
      const outcome = kubeletConformance.replay(JSON.parse(line), context);
      agree += outcome?.agree ?? 0;
      decisions += outcome?.decisions ?? 0;
    }
    expect(decisions).toBeGreaterThan(0);
    expect(agree / decisions).toBeGreaterThanOrEqual(share);
  });
