import type { ContainerState, ContainerStatus, Pod, PodStatus } from "../../api/types/core-v1.ts";
import { isSidecar } from "../restart-policy.ts";
import { isTerminalPhase } from "./pod-status.ts";

const LOST: ContainerState = {
  terminated: {
    reason: "ContainerStatusUnknown",
    message: "The container could not be located when the pod was terminated",
    exitCode: 137,
  },
};

/** The last status of a pod: its phase is terminal, and a container that ought to have run has ended (TerminatePod). */
export function finalStatus(pod: Pod, status: PodStatus): PodStatus {
  const main = status.containerStatuses ?? [];
  const init = status.initContainerStatuses ?? [];
  const begun = begunInit(init);
  const mains = hasInitialized(pod) ? main.map(ended) : main;
  const inits = init.map((s, i) => (i < begun ? ended(s) : s));
  return {
    ...status,
    phase: isTerminalPhase(status.phase) ? (status.phase ?? "Failed") : "Failed",
    ...(main.length > 0 && { containerStatuses: mains }),
    ...(init.length > 0 && { initContainerStatuses: inits }),
  };
}

function ended(status: ContainerStatus): ContainerStatus {
  return status.state?.terminated === undefined ? { ...status, state: LOST } : status;
}

/** Number of init containers up to the last that shows a sign of having been started; at least one. */
function begunInit(statuses: readonly ContainerStatus[]): number {
  for (let i = statuses.length - 1; i >= 0; i -= 1) {
    const status = statuses[i];
    if (status?.state?.waiting === undefined || status.lastState?.terminated !== undefined) return i + 1;
  }
  return Math.min(1, statuses.length);
}

/** Whether the API has ever shown the pod past its init containers. */
function hasInitialized(pod: Pod): boolean {
  const spec = pod.spec.initContainers ?? [];
  if (spec.length === 0) return true;
  if (
    pod.status?.containerStatuses?.some((s) => s.lastState?.terminated !== undefined || s.state?.waiting === undefined)
  )
    return true;
  const last = pod.status?.initContainerStatuses?.[spec.length - 1];
  const container = spec[spec.length - 1];
  if (last === undefined || container === undefined) return false;
  if (isSidecar(container)) return last.state?.running !== undefined && last.started === true;
  return last.lastState?.terminated?.exitCode === 0 || last.state?.terminated?.exitCode === 0;
}
