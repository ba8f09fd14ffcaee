import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { schedulerConformance } from "../../src/harness/conformance/scheduler.ts";
import { recordedLines } from "./recorded.ts";

const GOLDEN = new URL("golden/scheduler/", import.meta.url);

for (const file of readdirSync(GOLDEN).sort())
  test(`kube-scheduler v1.36.2 > every decision of ${file} that we can take is the recorded one`, () => {
    let agree = 0;
    for (const line of recordedLines(`scheduler/${file}`)) {
      const outcome = schedulerConformance.replay(line, {});
      expect(outcome?.differences).toEqual([]);
      agree += outcome?.agree ?? 0;
    }
    expect(agree).toBeGreaterThan(0);
  });
