import { expect, test } from "vitest";
import { InputError } from "../../base/input-error.ts";
import { everyExpectation, watchExpectations } from "./watch.ts";

test("all expectations have defaults and a memory that can be copied", () => {
  const watch = watchExpectations(everyExpectation);
  expect(structuredClone(watch.state)).toEqual(watch.state);
});

test("mistakes are told with their place", () => {
  expect(() => watchExpectations([{ name: "nope" }])).toThrow(InputError);
  expect(() => watchExpectations([{ name: "rollout-completes", params: { withinMs: "soon" } }])).toThrow(
    "expectation rollout-completes: params.withinMs:",
  );
});
