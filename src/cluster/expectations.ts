import type { Millis } from "../base/units.ts";
import { MINUTE } from "../base/units.ts";

/** Creations and deletions of a controller's key that its informer has not shown yet. Plain data. */
export interface Expectations {
  readonly byKey: Map<string, Expected>;
}

interface Expected {
  creations: number;
  readonly deletions: Set<string>;
  readonly since: Millis;
}

/** After this long, what was expected is given up. */
const EXPIRES_AFTER_MS = 5 * MINUTE;

/** Nothing is expected. */
export function noExpectations(): Expectations {
  return { byKey: new Map() };
}

/** Begins to expect; replaces what was expected before. */
export function expect(
  expectations: Expectations,
  key: string,
  creations: number,
  deletions: readonly string[],
  now: Millis,
): void {
  expectations.byKey.set(key, { creations, deletions: new Set(deletions), since: now });
}

/** Expects more for the same sync: what was expected before and has not been seen yet still counts. */
export function raise(
  expectations: Expectations,
  key: string,
  creations: number,
  deletions: readonly string[],
  now: Millis,
): void {
  const expected = expectations.byKey.get(key);
  if (expected === undefined) return expect(expectations, key, creations, deletions, now);
  expected.creations += creations;
  for (const uid of deletions) expected.deletions.add(uid);
}

/** Expects nothing for a key any more: its object is gone, and one of the same name starts clean. */
export function forget(expectations: Expectations, key: string): void {
  expectations.byKey.delete(key);
}

/** A creation was seen, or will not come. */
export function creationObserved(expectations: Expectations, key: string): void {
  const expected = expectations.byKey.get(key);
  if (expected !== undefined) expected.creations -= 1;
}

/** A deletion was seen, or will not come. */
export function deletionObserved(expectations: Expectations, key: string, uid: string): void {
  expectations.byKey.get(key)?.deletions.delete(uid);
}

/** Whether all that was expected has been seen, or too long ago. */
export function satisfied(expectations: Expectations, key: string, now: Millis): boolean {
  const expected = expectations.byKey.get(key);
  if (expected === undefined) return true;
  return (expected.creations <= 0 && expected.deletions.size === 0) || now - expected.since > EXPIRES_AFTER_MS;
}
