import { MINUTE, SECOND } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { finishedAt } from "./pods.ts";

const BASE: Millis = 10 * SECOND;
const MAX: Millis = 10 * MINUTE;

/** Failures since the last success, and when the last of them was. */
export interface BackoffRecord {
  readonly failures: number;
  readonly lastFailureAt: Millis;
}

export const noFailures: BackoffRecord = { failures: 0, lastFailureAt: 0 };

/** The record after newly finished pods: a success starts the count again. */
export function backoffAfter(record: BackoffRecord, succeeded: readonly Pod[], failed: readonly Pod[]): BackoffRecord {
  if (succeeded.length === 0 && failed.length === 0) return record;
  const failures = failed.map(finishedAt);
  if (succeeded.length === 0)
    return { failures: record.failures + failures.length, lastFailureAt: Math.max(...failures) };
  const lastSuccess = Math.max(...succeeded.map(finishedAt));
  const later = failures.filter((at) => at > lastSuccess);
  return later.length === 0 ? noFailures : { failures: later.length, lastFailureAt: Math.max(...later) };
}

/** How long to wait before the next pod: 10 s, doubling, at most 10 min, since the last failure. */
export function backoffLeft({ failures, lastFailureAt }: BackoffRecord, now: Millis): Millis {
  if (failures === 0) return 0;
  const delay = Math.min(MAX, BASE * 2 ** Math.min(failures - 1, 20));
  return Math.max(0, delay - (now - lastFailureAt));
}
