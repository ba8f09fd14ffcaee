import type { Container, ContainerStatus, Pod } from "../../api/types/core-v1.ts";
import { isSidecar, restartsAfter } from "../restart-policy.ts";

interface Counts {
  pendingInit: number;
  failedInit: number;
  pendingSidecar: number;
  unknown: number;
  running: number;
  waiting: number;
  stopped: number;
  stoppedForGood: number;
  succeeded: number;
}

/** The phase that container statuses amount to (getPhase). `terminal`: the pod is being finalised; `initialized`: a main container of this sandbox exists. */
export function podPhase(
  pod: Pod,
  statuses: ReadonlyMap<string, ContainerStatus>,
  terminal: boolean,
  initialized: boolean,
): "Pending" | "Running" | "Succeeded" | "Failed" {
  const counts = countContainers(pod, statuses);
  if (counts.failedInit > 0) return "Failed";
  if (counts.pendingInit > 0 || (counts.pendingSidecar > 0 && !initialized) || counts.waiting > 0) return "Pending";
  if (counts.running > 0 && counts.unknown === 0) return "Running";
  if (counts.running > 0 || counts.stopped === 0 || counts.unknown > 0) return "Pending";
  if (!terminal && counts.stopped !== counts.stoppedForGood) return "Running";
  return counts.stopped === counts.succeeded ? "Succeeded" : "Failed";
}

function countContainers(pod: Pod, statuses: ReadonlyMap<string, ContainerStatus>): Counts {
  const counts: Counts = {
    pendingInit: 0,
    failedInit: 0,
    pendingSidecar: 0,
    unknown: 0,
    running: 0,
    waiting: 0,
    stopped: 0,
    stoppedForGood: 0,
    succeeded: 0,
  };
  for (const container of pod.spec.initContainers ?? []) {
    const status = statuses.get(container.name);
    if (isSidecar(container)) countSidecar(counts, status);
    else countInit(counts, container, pod, status);
  }
  for (const container of pod.spec.containers) countMain(counts, container, pod, statuses.get(container.name));
  return counts;
}

function restartable(
  container: Container,
  pod: Pod,
  end: { readonly exitCode: number; readonly reason?: string },
): boolean {
  return restartsAfter(container, pod, end.exitCode) || end.reason === "RestartingAllContainers";
}

function countInit(counts: Counts, container: Container, pod: Pod, status: ContainerStatus | undefined): void {
  const end =
    status?.state?.terminated ?? (status?.state?.waiting !== undefined ? status.lastState?.terminated : undefined);
  if (end === undefined) counts.pendingInit += 1;
  else if (end.exitCode !== 0 && !restartable(container, pod, end)) counts.failedInit += 1;
}

function countSidecar(counts: Counts, status: ContainerStatus | undefined): void {
  const state = status?.state;
  if (state?.running !== undefined) {
    if (status?.started !== true) counts.pendingSidecar += 1;
    counts.running += 1;
  } else if (state?.waiting !== undefined) {
    if (status?.lastState?.terminated !== undefined) return;
    counts.pendingSidecar += 1;
    counts.waiting += 1;
  } else if (state?.terminated === undefined) counts.unknown += 1;
}

function countMain(counts: Counts, container: Container, pod: Pod, status: ContainerStatus | undefined): void {
  const state = status?.state;
  if (state?.running !== undefined) {
    counts.running += 1;
  } else if (state?.terminated !== undefined) {
    counts.stopped += 1;
    if (!restartable(container, pod, state.terminated)) counts.stoppedForGood += 1;
    if (state.terminated.exitCode === 0) counts.succeeded += 1;
  } else if (state?.waiting !== undefined) {
    const end = status?.lastState?.terminated;
    if (end === undefined) {
      counts.waiting += 1;
      return;
    }
    counts.stopped += 1;
    if (!restartable(container, pod, end)) counts.stoppedForGood += 1;
  } else counts.unknown += 1;
}
