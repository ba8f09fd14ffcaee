import type { Millis } from "../../base/units.ts";

/** Status codes of plugins; Success is the absence of a status. */
export type Code = "Error" | "Unschedulable" | "UnschedulableAndUnresolvable" | "Wait" | "Skip" | "Pending";

/** A verdict that is not success. */
export interface Status {
  readonly code: Code;
  /** The plugin that gave it; "" for the framework itself. */
  readonly plugin: string;
  readonly reasons: readonly string[];
  /** With Wait: for how long at most, 15 minutes included. */
  readonly waitMs?: Millis;
}

/** A verdict with its reasons. */
export function status(plugin: string, code: Code, ...reasons: readonly string[]): Status {
  return { code, plugin, reasons };
}

/** PreFilter or PreScore has nothing to do for this pod. */
export const skip: Status = { code: "Skip", plugin: "", reasons: [] };

/** Whether the pod was turned down, in contrast to a plugin that failed. */
export function isRejected(verdict: Status): boolean {
  return (
    verdict.code === "Unschedulable" || verdict.code === "UnschedulableAndUnresolvable" || verdict.code === "Pending"
  );
}

/** All reasons as one text. */
export function messageOf(verdict: Status): string {
  return verdict.reasons.join(", ");
}
