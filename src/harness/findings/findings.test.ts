import { expect, test } from "vitest";
import type { Finding } from "../expectations/expectation.ts";
import { aggregate } from "./aggregate.ts";
import { FINDING_COLUMNS, renderRecords, renderRows, renderText } from "./render.ts";
import { duration } from "./words.ts";

function outage(durationMs: number, more: Partial<Finding> = {}): Finding {
  const cause = "Deployment cart has 1 replica";
  const during = "node-7 was drained";
  return {
    expectation: "service-keeps-endpoints-during-disruption",
    object: "Service cart",
    sentence: `Service cart had no ready endpoint for ${duration(durationMs)} while ${during}: ${cause}`,
    at: 0,
    durationMs,
    during,
    disturbance: "drain",
    cause,
    recovered: true,
    ...more,
  };
}

const histories = [
  { planId: "p1", seed: 9, steps: 5, findings: [outage(10_000), outage(20_000)] },
  { planId: "p2", seed: 7, steps: 3, findings: [outage(34_000)] },
  {
    planId: "p3",
    seed: 8,
    steps: 3,
    findings: [outage(90_000, { recovered: false }), outage(1000, { object: "Service ads" })],
  },
];

test("equal findings are one group, with the shortest history as its example", () => {
  const [cart, ads] = aggregate(histories);
  expect(cart).toMatchObject({
    object: "Service cart",
    histories: 3,
    typicalMs: 34_000,
    worstMs: 90_000,
    unrecovered: 1,
    planId: "p2",
    seed: 7,
    steps: 3,
  });
  expect(ads).toMatchObject({ object: "Service ads", histories: 1, planId: "p3" });
});

test("the order of histories does not matter", () => {
  expect(aggregate([...histories].reverse())).toEqual(aggregate(histories));
});

test("the text reads well", () => {
  expect(renderText(aggregate(histories), 40)).toBe(
    [
      "service-keeps-endpoints-during-disruption: 2 findings",
      "  Service cart had no ready endpoint for 34 s while node-7 was drained: Deployment cart has 1 replica",
      "    in 3 of 40 histories; typically 34 s, at worst 90 s; not over at the end in 1; shortest: seed 7, 3 steps (p2)",
      "  Service cart had no ready endpoint for 1 s while node-7 was drained: Deployment cart has 1 replica",
      "    in 1 of 40 histories; for 1 s; shortest: seed 8, 3 steps (p3)",
      "",
    ].join("\n"),
  );
  expect(renderText([], 1)).toBe("No findings in 1 history: the manifests stood all disturbances.\n");
});

test("rows have a value for each column", () => {
  const groups = aggregate(histories);
  expect(renderRecords(groups, 40).every((record) => record.length === FINDING_COLUMNS.length)).toBe(true);
  expect(renderRows(groups, 40)[0]).toMatchObject({ share: 0.075, typicalMs: 34_000 });
});

test.each([
  [400, "0.4 s"],
  [34_000, "34 s"],
  [119_000, "119 s"],
  [320_000, "5 min 20 s"],
  [7_380_000, "2 h 3 min"],
])("%d ms is %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});
