import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { schedulerHintsConformance } from "../../src/harness/conformance/scheduler-hints.ts";
import { schedulerQueueConformance } from "../../src/harness/conformance/scheduler-queue.ts";
import { recordedLines } from "./recorded.ts";

const GOLDEN = new URL("golden/queue/", import.meta.url);

for (const file of readdirSync(GOLDEN).sort())
  test(`kube-scheduler v1.36.2 > every recorded answer of ${file} is ours`, () => {
    let agree = 0;
    for (const recorded of recordedLines(`queue/${file}`)) {
      const adapter = [schedulerQueueConformance, schedulerHintsConformance].find((one) => one.recognises(recorded));
      const outcome = adapter?.replay(recorded, {});
      expect(outcome?.differences, String(recorded["name"])).toEqual([]);
      agree += outcome?.agree ?? 0;
    }
    expect(agree).toBeGreaterThan(0);
  });
