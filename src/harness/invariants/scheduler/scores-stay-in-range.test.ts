import { expect, test } from "vitest";
import { cast } from "../../../base/units.ts";
import type { Explanation } from "../../../scheduler/explain.ts";
import type { Violation } from "../invariant.ts";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { scoresStayInRange } from "./scores-stay-in-range.ts";

/** A bound pod, for which a plugin of weight 2 gives n1 this score and n2 50, and n1 is chosen with this total. */
function scored(normalized: number, total: number): readonly Violation[] {
  const node = (name: string, score: number, sum: number): object => ({
    node: name,
    verdict: "feasible",
    scores: [{ plugin: "Some", normalized: score, weight: 2, weighted: 2 * score }],
    total: sum,
  });
  return play(scoresStayInRange, (h) => {
    h.create(pod("a", { spec: { nodeName: "n1" } }));
    return {
      explain: () => cast<Explanation>({ chosen: "n1", nodes: [node("n1", normalized, total), node("n2", 50, 100)] }),
    };
  });
}

test("accepts whole numbers from 0 to 100 that add up, and the best node", () => {
  expect(scored(60, 120)).toEqual([]);
});

test.each([
  ["above 100", 101, 202, "no whole number from 0 to 100"],
  ["broken", 60.5, 121, "no whole number from 0 to 100"],
  ["that do not add up", 60, 121, "the weighted scores add up to 120"],
  ["of a worse node", 40, 80, "though another node has 100"],
])("rejects scores %s", (_how, normalized, total, sentence) => {
  expect(scored(normalized, total)[0]?.sentence).toContain(sentence);
});
