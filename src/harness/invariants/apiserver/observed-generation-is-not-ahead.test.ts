import { expect, test } from "vitest";
import { deployment } from "../fixtures.ts";
import { play } from "../history.ts";
import { observedGenerationIsNotAhead } from "./observed-generation-is-not-ahead.ts";

test("accepts a controller that lags", () => {
  expect(
    play(observedGenerationIsNotAhead, (h) => {
      h.create(deployment({ metadata: { generation: 3 }, status: { observedGeneration: 2 } }));
    }),
  ).toEqual([]);
});

test("rejects a controller that is ahead", () => {
  expect(
    play(observedGenerationIsNotAhead, (h) => {
      h.create(deployment({ status: { observedGeneration: 2 } }));
    }),
  ).toMatchObject([{ object: "Deployment default/web" }]);
});
