import type { Millis } from "../base/units.ts";
import type { User } from "../api/request.ts";

/** What a request may take from its surroundings. */
export interface ServerContext {
  readonly now: Millis;
  /** Who sends requests that name no user themselves. */
  readonly user?: User | undefined;
  /** [0, 1) of a named stream. */
  random(stream: string): number;
  /** Feature gates that are on besides the defaults. */
  readonly featureGates?: ReadonlySet<string>;
}
