import { expect, test } from "vitest";
import { pod, controlledBy } from "../fixtures.ts";
import { play } from "../history.ts";
import { oneControllerAtMost } from "./one-controller-at-most.ts";

test("accepts one controller beside plain owners", () => {
  expect(
    play(oneControllerAtMost, (h) => {
      h.create(
        pod("a", {
          metadata: {
            ownerReferences: [...controlledBy("ReplicaSet", "r", "1"), { kind: "ConfigMap", name: "c", uid: "2" }],
          },
        }),
      );
    }),
  ).toEqual([]);
});

test("rejects two controllers", () => {
  expect(
    play(oneControllerAtMost, (h) => {
      h.create(
        pod("a", {
          metadata: {
            ownerReferences: [...controlledBy("ReplicaSet", "r", "1"), ...controlledBy("ReplicaSet", "s", "2")],
          },
        }),
      );
    })[0]?.sentence,
  ).toBe("ReplicaSet r and ReplicaSet s are both its controller.");
});
