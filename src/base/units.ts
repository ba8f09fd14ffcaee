/** Virtual time: whole milliseconds since the start of the run. */
export type Millis = number;

export const SECOND: Millis = 1000;
export const MINUTE: Millis = 60_000;
export const HOUR: Millis = 3_600_000;

/** Says that a decoded or looked-up value has the given shape; the one place where a cast stands. */
export function cast<T>(value: unknown): T {
  return value as T;
}
