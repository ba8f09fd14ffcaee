import type { Millis } from "../../base/units.ts";
import type { CheckResult } from "../steps/check-result.ts";
import type { RolloutMemory } from "../steps/rollouts.ts";
import { noRollouts } from "../steps/rollouts.ts";

/** What the harness remembers of a history besides its judges' memories and its faults: plain data. */
export interface Progress {
  readonly rollouts: RolloutMemory;
  readonly checks: CheckResult[];
  /** Kinds of fault that began. */
  readonly begun: Set<string>;
  /** Of the last commit that says that the cluster is still busy. */
  lastChange: Millis;
  /** Disturbances and checks of the user's that have been taken in. */
  told: number;
  checked: number;
}

/** Before the first event. */
export function noProgress(): Progress {
  return { rollouts: noRollouts(), checks: [], begun: new Set(), lastChange: 0, told: 0, checked: 0 };
}
