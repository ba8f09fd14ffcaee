import { expect, test } from "vitest";
import { faultNames } from "../faults/index.ts";
import { allInvariants } from "../invariants/index.ts";
import { allMutants } from "./corpus.ts";

test("every planted bug has an id of its own, an invariant that exists, and faults that exist", () => {
  const invariants = allInvariants.map(({ name }) => name);
  expect(new Set(allMutants.map(({ id }) => id)).size).toBe(allMutants.length);
  for (const { id, invariant, campaign } of allMutants) {
    expect(invariants, id).toContain(invariant);
    if (typeof campaign.faults !== "string")
      expect(faultNames(), id).toEqual(expect.arrayContaining([...campaign.faults]));
  }
});
