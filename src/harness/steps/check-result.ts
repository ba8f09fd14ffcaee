import type { Millis } from "../../base/units.ts";
import type { TrafficCheck } from "./traffic-check.ts";

/** The outcome of one `check` step. */
export interface CheckResult {
  readonly at: Millis;
  /** Position of the step in the plan. */
  readonly step: number;
  /** "open": the harness has to send the packets of `traffic` now and to judge. */
  readonly verdict: "held" | "failed" | "open";
  /** What was expected, and what was found if that differs: one sentence. */
  readonly sentence: string;
  readonly traffic?: TrafficCheck;
}
