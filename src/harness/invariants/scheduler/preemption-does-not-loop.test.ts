import { expect, test } from "vitest";
import type { Violation } from "../invariant.ts";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { preemptionDoesNotLoop } from "./preemption-does-not-loop.ts";

/** A pod is nominated to another node so many times. */
function nominated(times: number): readonly Violation[] {
  return play(preemptionDoesNotLoop, (h) => {
    h.create(pod("a"));
    h.at(1, "kube-scheduler");
    for (let i = 0; i < times; i += 1) h.update("pods", "default/a", { status: { nominatedNodeName: `n${i % 2}` } });
  });
}

test("accepts a few nominations", () => {
  expect(nominated(3)).toEqual([]);
});

test("rejects one nomination after the other", () => {
  expect(nominated(12)[0]?.sentence).toContain("for the 11th time");
});
