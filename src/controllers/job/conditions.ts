import { timestamp } from "../../base/time.ts";
import type { Millis } from "../../base/units.ts";
import type { Job, JobCondition } from "../../api/types/batch-v1.ts";

/** A condition that holds from now. */
export function jobCondition(
  type: string,
  reason: string,
  message: string,
  now: Millis,
  status: "True" | "False" = "True",
): JobCondition {
  const time = timestamp(now);
  return { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message };
}

/** The condition of a type, if it is True. */
export function trueCondition({ status }: Job, type: string): JobCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type && condition.status === "True");
}

/** Complete or Failed. */
export function isJobFinished(job: Job): boolean {
  return trueCondition(job, "Complete") !== undefined || trueCondition(job, "Failed") !== undefined;
}

/** The conditions with one set; a False one is not added if it was never there. The same array if nothing changes. */
export function ensureCondition(conditions: readonly JobCondition[], wanted: JobCondition): readonly JobCondition[] {
  const current = conditions.find(({ type }) => type === wanted.type);
  if (current === undefined) return wanted.status === "False" ? conditions : [...conditions, wanted];
  const { status, reason, message } = wanted;
  if (current.status === status && current.reason === reason && current.message === message) return conditions;
  return conditions.map((condition) => (condition === current ? wanted : condition));
}
