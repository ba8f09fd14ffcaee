import type { Pod } from "../api/types/core-v1.ts";
import { fitErrorMessage } from "./fit-error.ts";
import type { Environment, PostFilterResult } from "./framework/cycle.ts";
import type { Profile } from "./framework/profile.ts";
import type { Status } from "./framework/status.ts";
import { messageOf, status } from "./framework/status.ts";
import type { ScheduleOptions, ScheduleResult } from "./schedule-one.ts";
import { schedulePod } from "./schedule-one.ts";

/** The whole of an attempt: the algorithm and, after a fit error, PostFilter. */
export interface Attempt {
  readonly schedule: ScheduleResult;
  /** What event and condition say; "" after success. */
  readonly message: string;
  readonly postFilter?: PostFilterOutcome;
}

/** The joint answer of the PostFilter plugins; no status: success. */
export interface PostFilterOutcome {
  readonly result?: PostFilterResult;
  readonly status?: Status;
}

/** Schedules a pod in thought; the caller assumes, binds or requeues. `between` runs between search and PostFilter. */
export function attempt(
  environment: Environment,
  profile: Profile,
  pod: Pod,
  options: ScheduleOptions,
  between?: () => void,
): Attempt {
  const schedule = schedulePod(environment, profile, pod, options);
  between?.();
  const { failure } = schedule;
  if (failure === undefined) return { schedule, message: "" };
  if (failure.kind !== "Unschedulable") return { schedule, message: failure.message };
  const nodes = schedule.cycle.snapshot.list.length;
  if (profile.plugins.postFilter.length === 0) return { schedule, message: fitErrorMessage(nodes, schedule.diagnosis) };
  const postFilter = runPostFilter(schedule);
  const told = postFilter.status === undefined ? "" : messageOf(postFilter.status);
  return { schedule, postFilter, message: fitErrorMessage(nodes, schedule.diagnosis, told) };
}

/** Runs the PostFilter plugins until one succeeds, is sure that nothing helps, or fails. */
function runPostFilter({ cycle, diagnosis }: ScheduleResult): PostFilterOutcome {
  let result: PostFilterResult | undefined;
  let rejector = "";
  const reasons: string[] = [];
  for (const plugin of cycle.profile.plugins.postFilter) {
    const answer = plugin.postFilter?.(cycle, diagnosis);
    if (answer === undefined) continue;
    const verdict = answer.status;
    if (verdict === undefined) return answer;
    if (verdict.code === "UnschedulableAndUnresolvable") return answer;
    if (verdict.code === "Error") return { status: verdict };
    if (answer.result !== undefined) result = answer.result;
    reasons.push(...verdict.reasons);
    if (rejector === "") rejector = plugin.name;
  }
  const joint = status(rejector, "Unschedulable", ...reasons);
  return result === undefined ? { status: joint } : { status: joint, result };
}
