import type { Millis } from "../base/units.ts";

/** What a request may take from its surroundings. */
export interface ServerContext {
  readonly now: Millis;
  /** [0, 1) of a named stream. */
  random(stream: string): number;
}
