import { expect, test } from "vitest";
import { rateOf, reserve } from "./rate-limit.ts";

test("a burst goes at once, then requests come at the rate, and a rest fills the bucket again", () => {
  const rate = { qps: 20, burst: 30 };
  const bucket = { tokens: 30, at: 0 };
  const waits = Array.from({ length: 33 }, () => reserve(bucket, rate, 0));
  expect(waits.slice(0, 30).every((wait) => wait === 0)).toBe(true);
  expect(waits.slice(30)).toEqual([50, 100, 150]);
  expect(reserve(bucket, rate, 10_000)).toBe(0);
  expect(bucket.tokens).toBe(29);
});

test("a controller's client is slower than the kubelet's; a user is not held back", () => {
  expect(rateOf("kube-controller-manager")).toEqual({ qps: 20, burst: 30 });
  expect(rateOf("kubelet")).toEqual({ qps: 50, burst: 100 });
  expect(rateOf("kubectl")).toBeUndefined();
});
