import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { schedulerHintsConformance } from "../../src/harness/conformance/scheduler-hints.ts";
import { schedulerQueueConformance } from "../../src/harness/conformance/scheduler-queue.ts";

const GOLDEN = new URL("golden/queue/", import.meta.url);

for (const file of readdirSync(GOLDEN).sort())
  test(`kube-scheduler v1.36.2 > every recorded answer of ${file} is ours`, () => {
    const lines = gunzipSync(readFileSync(new URL(file, GOLDEN)))
      .toString("utf8")
      .split("\n");
    let agree = 0;
    for (const line of lines) {
      if (line === "") continue;
      const recorded = JSON.parse(line);
      const adapter = [schedulerQueueConformance, schedulerHintsConformance].find((one) => one.recognises(recorded));
      const outcome = adapter?.replay(recorded, {});
      expect(outcome?.differences, recorded.name).toEqual([]);
      agree += outcome?.agree ?? 0;
    }
    expect(agree).toBeGreaterThan(0);
  });
