import { objectKey } from "../../api/object.ts";
import type { Job, PodFailurePolicyOnExitCodesRequirement } from "../../api/types/batch-v1.ts";
import type { ContainerStatus, Pod } from "../../api/types/core-v1.ts";

/** What spec.podFailurePolicy makes of a failed pod. */
export interface Verdict {
  /** Whether the failure counts towards the back-off limits. */
  readonly counted: boolean;
  readonly action?: string;
  /** Why the whole Job fails. */
  readonly failJob?: string;
}

const COUNTED: Verdict = { counted: true };

/** The verdict of the first rule that matches. */
export function judgeFailure(job: Job, pod: Pod): Verdict {
  const rules = job.spec?.podFailurePolicy?.rules ?? [];
  for (const [index, { action, onExitCodes, onPodConditions }] of rules.entries()) {
    const why =
      onExitCodes !== undefined ? exitCodeMatch(pod, onExitCodes) : conditionMatch(pod, onPodConditions ?? []);
    if (why === undefined) continue;
    switch (action) {
      case "Ignore":
        return { counted: false, action };
      case "FailJob":
        return { counted: true, action, failJob: `${why} matching ${action} rule at index ${index}` };
      default:
        return { counted: true, action };
    }
  }
  return COUNTED;
}

function exitCodeMatch(pod: Pod, requirement: PodFailurePolicyOnExitCodesRequirement): string | undefined {
  const match =
    containerMatch(pod.status?.containerStatuses, requirement) ??
    containerMatch(pod.status?.initContainerStatuses, requirement);
  if (match === undefined) return undefined;
  return `Container ${match.name} for pod ${objectKey(pod)} failed with exit code ${match.state?.terminated?.exitCode ?? 0}`;
}

function containerMatch(
  statuses: readonly ContainerStatus[] | undefined,
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
): ContainerStatus | undefined {
  return statuses?.find(({ name, state }) => {
    const code = state?.terminated?.exitCode ?? 0;
    if (code === 0 || (containerName !== undefined && containerName !== name)) return false;
    return operator === "In" ? values.includes(code) : !values.includes(code);
  });
}

function conditionMatch(
  pod: Pod,
  patterns: readonly { readonly type: string; readonly status?: string }[],
): string | undefined {
  const match = pod.status?.conditions?.find(({ type, status }) =>
    patterns.some((pattern) => pattern.type === type && (pattern.status ?? "True") === status),
  );
  return match === undefined ? undefined : `Pod ${objectKey(pod)} has condition ${match.type}`;
}
