import { expect, test } from "vitest";
import { growthExponent } from "./growth.ts";

test("growth > time that grows as the square of the nodes has exponent 2", () => {
  const times = [10, 100, 1000].map((nodes) => ({ nodes, seconds: 3 * nodes ** 2 }));
  expect(growthExponent(times)).toBeCloseTo(2);
});

test("growth > one size says nothing", () => {
  expect(growthExponent([{ nodes: 10, seconds: 1 }])).toBeUndefined();
});
