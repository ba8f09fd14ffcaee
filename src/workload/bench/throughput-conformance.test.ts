import { expect, test } from "vitest";
import { digestOf } from "./bench-scheduling.ts";
import { throughputConformance } from "./throughput-conformance.ts";

const first = ["node-00000", "node-00230"];
const recording = (nodes: readonly string[]) => ({
  workload: "SchedulingBasic",
  size: "500",
  runs: { default: { pods: 2, digest: digestOf(nodes), checkpoints: null, first: nodes } },
});

test("throughput conformance > recorded placements are recognised and agree", () => {
  expect(throughputConformance.recognises(recording(first))).toBe(true);
  expect(throughputConformance.recognises({ workload: "SchedulingBasic" })).toBe(false);
  expect(throughputConformance.replay(recording(first), {})).toEqual({
    family: "SchedulingBasic",
    name: "SchedulingBasic-500",
    decisions: 2,
    agree: 2,
    disagree: 0,
    notSupported: 0,
    differences: [],
  });
});

test("throughput conformance > another placement disagrees and is shown", () => {
  const outcome = throughputConformance.replay(recording(["node-00000", "node-00001"]), {});
  expect(outcome).toMatchObject({ agree: 0, disagree: 2 });
  expect(outcome?.differences).toEqual([
    { where: "percentage default, pod 1", expected: "node-00001", actual: "node-00230" },
  ]);
});
