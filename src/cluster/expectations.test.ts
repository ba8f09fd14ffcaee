import { expect as assert, test } from "vitest";
import {
  creationObserved,
  deletionObserved,
  expect,
  forget,
  noExpectations,
  raise,
  satisfied,
} from "./expectations.ts";

test("a later batch of a slow start does not forget the pods of an earlier one that are still unseen", () => {
  const expectations = noExpectations();
  expect(expectations, "default/web", 1, [], 0);
  raise(expectations, "default/web", 2, [], 5);
  creationObserved(expectations, "default/web");
  creationObserved(expectations, "default/web");
  assert(satisfied(expectations, "default/web", 10)).toBe(false);
  creationObserved(expectations, "default/web");
  assert(satisfied(expectations, "default/web", 10)).toBe(true);
});

test("deletions are told apart by uid, and an object that is gone expects nothing", () => {
  const expectations = noExpectations();
  expect(expectations, "default/web", 0, ["a", "b"], 0);
  deletionObserved(expectations, "default/web", "a");
  deletionObserved(expectations, "default/web", "a");
  assert(satisfied(expectations, "default/web", 10)).toBe(false);
  forget(expectations, "default/web");
  assert(satisfied(expectations, "default/web", 10)).toBe(true);
});
