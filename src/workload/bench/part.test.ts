import { expect, test } from "vitest";
import { medianOf } from "./part.ts";

test("median > its interval is read off the ranks", () => {
  expect(medianOf([1, 2, 3, 4, 5])).toEqual({ low: 1, median: 3, high: 5 });
  const many = Array.from({ length: 16 }, (_, i) => i + 1);
  expect(medianOf(many)).toEqual({ low: 5, median: 9, high: 13 });
  expect(medianOf([7])).toEqual({ low: 7, median: 7, high: 7 });
});
