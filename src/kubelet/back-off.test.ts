import { expect, test } from "vitest";
import { advanced, goDuration, holding } from "./back-off.ts";

test("a back-off doubles from 10 s to 5 min and starts again after ten quiet minutes", () => {
  let entry = advanced(undefined, 0, 0);
  const waits = [entry.ms];
  for (let i = 0; i < 6; i += 1) {
    entry = advanced(entry, 0, 0);
    waits.push(entry.ms);
  }
  expect(waits.map(goDuration)).toEqual(["10s", "20s", "40s", "1m20s", "2m40s", "5m0s", "5m0s"]);
  expect(holding(entry, 1000, 300_000)).toBe(300_000);
  expect(holding(entry, 1000, 301_000)).toBeUndefined();
  expect(advanced(entry, 600_001, 600_001).ms).toBe(10_000);
});
