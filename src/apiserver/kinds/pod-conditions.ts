import { withField } from "../../base/with-field.ts";
import { cast } from "../../base/units.ts";
import type { PodCondition, PodStatus } from "../../api/types/core-v1.ts";

/** A condition as the wire has it: lastProbeTime is shown though empty. */
export interface NewCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastProbeTime: null;
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

/** The status with a condition put in place or appended; the transition time stays when the status value does. */
export function setCondition(status: PodStatus, condition: NewCondition): PodStatus {
  const conditions = status.conditions ?? [];
  const at = conditions.findIndex((other) => other.type === condition.type);
  const old = conditions[at];
  const same = old?.status === condition.status;
  const value = cast<PodCondition>(same ? { ...condition, lastTransitionTime: old.lastTransitionTime } : condition);
  return withField(status, "conditions", old === undefined ? [...conditions, value] : conditions.with(at, value));
}
