import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { bindingIsFinal } from "./binding-is-final.ts";

test("accepts one binding", () => {
  expect(
    play(bindingIsFinal, (h) => {
      h.create(pod("a"));
      h.update("pods", "default/a", { spec: { nodeName: "n1" } });
      h.update("pods", "default/a", { status: { phase: "Running" } });
    }),
  ).toEqual([]);
});

test("rejects a history where a pod moves", () => {
  expect(
    play(bindingIsFinal, (h) => {
      h.create(pod("a", { spec: { nodeName: "n1" } }));
      h.update("pods", "default/a", { spec: { nodeName: "n2" } });
    })[0]?.sentence,
  ).toBe("It was bound to n1, and now to n2.");
});
