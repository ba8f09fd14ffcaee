/** A broken promise of our own code; never an answer to a user's input. */
export class AssertionError extends Error {}

/** Throws when `condition` is false; `sentence` says what had to hold. */
export function assert(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new AssertionError(sentence);
}

/** Returns `value`, which must be present; `what` names it. */
export function present<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new AssertionError(`${what} must be present`);
  return value;
}

/** For `map.get(key) ?? missing(what)` where naming the thing at every look would cost. */
export function missing(what: string): never {
  throw new AssertionError(`${what} must be present`);
}

/** Closes an exhaustive switch. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${JSON.stringify(value)}`);
}
