import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { same, sameBut } from "./same.ts";

const json = fc.letrec<{ readonly any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(undefined, null, 0, "", "a"),
    fc.array(tie("any"), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom("a", "b"), tie("any"), { noNullPrototype: true }),
  ),
})).any;

/** Without the fields that are undefined. */
function present(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(present);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(fields.map(([key, item]) => [key, present(item)]));
}

test("same > as deep equality of what is present", () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(same(a, b)).toBe(isDeepStrictEqual(present(a), present(b)));
      expect(same(a, structuredClone(a))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test("sameBut > leaves a field at the top out", () => {
  expect(sameBut("x", { x: 1, y: { x: 2 } }, { y: { x: 2 } })).toBe(true);
  expect(sameBut("x", { y: { x: 1 } }, { y: { x: 2 } })).toBe(false);
});
