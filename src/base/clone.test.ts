import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cloneLike, cloneMutable } from "./clone.ts";
import { copierOf } from "./copier.ts";

const never = (): boolean => false;

/** Plain data with maps, sets and arrays, some of it in more than one place. */
const data = fc.letrec<{ readonly any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.integer({ min: 0, max: 3 }),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("any"), { noNullPrototype: true }),
    fc.array(fc.tuple(fc.constantFrom("x", "y", "z"), tie("any")), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(fc.integer({ min: 0, max: 3 })).map((items) => new Set(items)),
    tie("any").map((shared) => ({ one: shared, other: [shared] })),
  ),
})).any;

/** Every container with the places that it is found at: two values with the same table alias the same places. */
function places(value: unknown): readonly (readonly string[])[] {
  const found = new Map<object, string[]>();
  const walk = (one: unknown, path: string): void => {
    if (typeof one !== "object" || one === null) return;
    const known = found.get(one);
    if (known !== undefined) return void known.push(path);
    found.set(one, [path]);
    if (one instanceof Map) for (const [key, item] of one) walk(item, `${path}/${String(key)}`);
    else if (!(one instanceof Set)) for (const key of Object.keys(one)) walk((one as never)[key], `${path}.${key}`);
  };
  walk(value, "");
  return [...found.values()];
}

test("cloneLike > equals the value, aliases what the value aliases, and leaves the earlier copy alone", () => {
  fc.assert(
    fc.property(data, data, (value, earlier) => {
      const like = cloneMutable(earlier, never);
      const before = structuredClone(like);
      const made = cloneLike(value, like, never);
      expect(isDeepStrictEqual(made, value)).toBe(true);
      expect(places(made)).toEqual(places(value));
      expect(isDeepStrictEqual(like, before)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test("cloneLike > shares nothing with the value, and with the earlier copy whatever has not changed", () => {
  const value = { same: { deep: [1, { a: 2 }] }, changed: { n: 1 }, table: new Map([["k", { v: 1 }]]) };
  const first = cloneMutable(value, never);
  value.changed.n = 2;
  const second = cloneLike(value, first, never);
  expect(second).toEqual(value);
  expect(second.same).toBe(first.same);
  expect(second.same).not.toBe(value.same);
  expect(second.table).toBe(first.table);
  expect(second.changed).not.toBe(first.changed);
  expect(second.changed).not.toBe(value.changed);
});

test("cloneLike > the order of keys counts, and what lies in itself is copied anew", () => {
  const like = { a: 1, b: 2 };
  expect(Object.keys(cloneLike({ b: 2, a: 1 }, like as never, never))).toEqual(["b", "a"]);
  const circle: { self?: unknown } = {};
  circle.self = circle;
  const made = cloneLike(circle, {}, never);
  expect(made.self).toBe(made);
  expect(made).not.toBe(circle);
});

test("copierOf > each copy equals the value, aliases what the value aliases, and shares nothing with it or another copy", () => {
  fc.assert(
    fc.property(data, (value) => {
      const copy = copierOf(value, never);
      const [one, other] = [copy(), copy()];
      for (const made of [one, other]) {
        expect(isDeepStrictEqual(made, value)).toBe(true);
        expect(places(made)).toEqual(places(value));
      }
      expect(places({ value, one, other })).toHaveLength(1 + 3 * places(value).length);
    }),
    { numRuns: 300 },
  );
});

test("copierOf > shares what never changes, and copies what lies in sets, in order, and in itself", () => {
  const fixed = { revision: 1 };
  const value: { fixed: object; set: Set<unknown>; self?: unknown } = { fixed, set: new Set([1, { a: 1 }, fixed]) };
  value.self = value;
  const made = copierOf(value, (part) => part === fixed)();
  expect(made.self).toBe(made);
  expect(made.fixed).toBe(fixed);
  expect([...made.set]).toEqual([1, { a: 1 }, fixed]);
  expect([...made.set][1]).not.toBe([...value.set][1]);
  expect([...made.set][2]).toBe(fixed);
});
