import { expect, test } from "vitest";
import type { Violation } from "../invariant.ts";
import { node } from "../fixtures.ts";
import { play } from "../history.ts";
import { connectionsSpreadEvenly } from "./connections-spread-evenly.ts";

function withShares(shares: Readonly<Record<string, number>>): readonly Violation[] {
  return play(connectionsSpreadEvenly, (h) => {
    h.create(node("n1"));
    h.create({
      kind: "Service",
      metadata: { name: "web", namespace: "default" },
      spec: { clusterIP: "10.96.0.1", ports: [{ port: 80 }] },
    });
    return { reach: () => new Map(Object.entries(shares)) };
  });
}

test("accepts thirds with ten decimals, one endpoint, and none", () => {
  expect(withShares({ a: 0.3333333333, b: 0.33333333335, c: 0.33333333335 })).toEqual([]);
  expect(withShares({ a: 1 })).toEqual([]);
  expect(withShares({})).toEqual([]);
});

test("rejects what equal probabilities in every rule come to", () => {
  expect(withShares({ a: 0.5, b: 0.25, c: 0.25 })[0]?.sentence).toBe(
    "From n1 its port 80 leads 50.00 % of the connections to a instead of 33.33 %.",
  );
});
