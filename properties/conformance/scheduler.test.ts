import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { schedulerConformance } from "../../src/harness/conformance/scheduler.ts";

const GOLDEN = new URL("golden/scheduler/", import.meta.url);

for (const file of readdirSync(GOLDEN).sort())
  test(`kube-scheduler v1.36.2 > every decision of ${file} that we can take is the recorded one`, () => {
    const lines = gunzipSync(readFileSync(new URL(file, GOLDEN)))
      .toString("utf8")
      .split("\n");
    let agree = 0;
    for (const line of lines) {
      if (line === "") continue;
      const outcome = schedulerConformance.replay(JSON.parse(line), {});
      expect(outcome?.differences).toEqual([]);
      agree += outcome?.agree ?? 0;
    }
    expect(agree).toBeGreaterThan(0);
  });
