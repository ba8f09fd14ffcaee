import { expect, test } from "vitest";
import { webSlice } from "../fixtures.ts";
import { play } from "../history.ts";
import { slicesHoldTheirLimit } from "./slices-hold-their-limit.ts";

const endpoints = (n: number): object[] =>
  Array.from({ length: n }, (_, i) => ({ addresses: [`10.0.0.${i}`], targetRef: { uid: `u${i}` } }));

test("accepts a full slice", () => {
  expect(play(slicesHoldTheirLimit, (h) => void h.create(webSlice(endpoints(100))))).toEqual([]);
});

test("rejects one endpoint more, and one twice", () => {
  expect(play(slicesHoldTheirLimit, (h) => void h.create(webSlice(endpoints(101))))).toHaveLength(1);
  expect(play(slicesHoldTheirLimit, (h) => void h.create(webSlice([...endpoints(2), ...endpoints(1)])))).toHaveLength(
    1,
  );
});
