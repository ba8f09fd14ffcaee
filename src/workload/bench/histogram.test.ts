import { expect, test } from "vitest";
import { Histogram } from "./histogram.ts";

test("histogram > quantiles are right to 3 percent and the maximum is exact", () => {
  const histogram = new Histogram();
  for (let us = 1; us <= 1000; us += 1) histogram.record(us / 1000);
  expect(histogram.total).toBe(1000);
  expect(histogram.maxUs).toBe(1000);
  expect(histogram.quantileUs(1)).toBe(1000);
  for (const q of [0.01, 0.5, 0.9, 0.99]) {
    const exact = q * 1000;
    expect(histogram.quantileUs(q)).toBeGreaterThanOrEqual(exact);
    expect(histogram.quantileUs(q)).toBeLessThanOrEqual(exact * 1.032);
  }
});

test("histogram > is empty at first and holds extremes", () => {
  const histogram = new Histogram();
  expect(histogram.quantileUs(0.99)).toBe(0);
  histogram.record(0);
  histogram.record(1e9);
  expect(histogram.quantileUs(0.5)).toBe(0);
  expect(histogram.maxUs).toBe(4_294_967.295);
});
