import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { quotasAreKept } from "./quotas-are-kept.ts";

type Hard = { readonly [name: string]: string };

const quota = (
  hard: Hard,
): {
  readonly kind: string;
  readonly metadata: { readonly [field: string]: unknown };
  readonly status: { readonly hard: Hard };
} => ({
  kind: "ResourceQuota",
  metadata: { name: "small", namespace: "default" },
  status: { hard },
});

test("accepts what fits, and pods that have ended do not count", () => {
  expect(
    play(quotasAreKept, (h) => {
      h.create(quota({ pods: "1", "requests.cpu": "1500m" }));
      h.create(pod("a"));
      h.update("pods", "default/a", { status: { phase: "Succeeded" } });
      h.create(pod("b"));
    }),
  ).toEqual([]);
});

test("rejects a pod too many and a CPU too much", () => {
  const sentences = (hard: Hard): readonly string[] =>
    play(quotasAreKept, (h) => {
      h.create(quota(hard));
      h.create(pod("a"));
      h.create(pod("b"));
    }).map(({ sentence }) => sentence);
  expect(sentences({ "count/pods": "1" })).toEqual(["It takes count/pods beyond the 1 of ResourceQuota small."]);
  expect(sentences({ "requests.cpu": "1500m" })).toEqual([
    "It takes requests.cpu beyond the 1500m of ResourceQuota small.",
  ]);
});
