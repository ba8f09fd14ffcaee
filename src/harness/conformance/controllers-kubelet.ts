import type { ContainerStatus, Pod, PodCondition } from "../../api/types/core-v1.ts";
import type { ScriptAction } from "./controllers-script.ts";

/** What a kubelet knows besides the pod. */
export interface KubeletView {
  /** RFC 3339. */
  readonly now: string;
  readonly podIP: string;
}

interface Outcome {
  readonly phase: string;
  readonly ready: boolean;
  readonly statuses: readonly unknown[];
}

const OWN_CONDITIONS: ReadonlySet<string> = new Set([
  "Initialized",
  "ContainersReady",
  "Ready",
  "PodReadyToStartContainers",
]);

/** The status that a kubelet would report for an action of a script. */
export function kubeletStatus(
  pod: Pod,
  action: ScriptAction,
  { now, podIP }: KubeletView,
): { readonly [field: string]: unknown } {
  const { phase, ready, statuses } = outcomeOf(pod, action, now);
  const preempted: PodCondition = {
    type: "DisruptionTarget",
    status: "True",
    reason: "PreemptionByScheduler",
    message: "preempted",
    lastTransitionTime: now,
  };
  const kept = (pod.status?.conditions ?? []).filter(({ type }) => !OWN_CONDITIONS.has(type));
  const why = phase === "Succeeded" ? "PodCompleted" : phase === "Failed" ? "PodFailed" : "ContainersNotReady";
  const condition = (type: string, holds: boolean): PodCondition => {
    const status = holds ? "True" : "False";
    const before = pod.status?.conditions?.find((other) => other.type === type);
    const since = before?.status === status && (action.agoSeconds ?? 0) === 0 ? before.lastTransitionTime : now;
    return { type, status, ...(since !== undefined && { lastTransitionTime: since }), ...(!holds && { reason: why }) };
  };
  return {
    phase,
    conditions: [
      ...(action.do === "fail" && action.reason === "Preempted" ? [preempted] : []),
      ...kept,
      condition("Initialized", true),
      condition("ContainersReady", ready),
      condition("Ready", ready),
    ],
    containerStatuses: statuses,
    startTime: pod.status?.startTime ?? now,
    podIP,
    podIPs: [{ ip: podIP }],
    hostIP: "192.168.0.1",
    ...(action.do === "fail" && action.reason !== undefined && { reason: action.reason, message: action.reason }),
  };
}

function outcomeOf(pod: Pod, action: ScriptAction, now: string): Outcome {
  let phase = pod.status?.phase ?? "";
  let anyFailed = false;
  let allDone = action.do === "exit";
  const statuses = pod.spec.containers.map(({ name, image = "" }) => {
    const before = pod.status?.containerStatuses?.find((status) => status.name === name);
    const restartCount = (action.restarts ?? 0) > 0 ? (action.restarts ?? 0) : (before?.restartCount ?? 0);
    const base = { name, image, imageID: `sha256:${image}`, restartCount, ready: false, started: false };
    switch (action.do) {
      case "pullError":
        phase = "Pending";
        return {
          ...base,
          state: { waiting: { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}"` } },
        };
      case "fail":
        phase = "Failed";
        return before ?? base;
      case "exit": {
        const one = exited(pod, action, { before, base, now });
        anyFailed ||= one.failed;
        allDone &&= one.done;
        if (one.restarted) phase = "Running";
        return one.status;
      }
      default: {
        phase = "Running";
        const state = before?.state?.running !== undefined ? before.state : { running: { startedAt: now } };
        return { ...base, ready: action.do === "ready", started: true, state };
      }
    }
  });
  if (allDone) phase = anyFailed ? "Failed" : "Succeeded";
  return { phase, ready: action.do === "ready", statuses };
}

/** One container after an exit: it restarts by the pod's policy, or stays ended. */
function exited(
  pod: Pod,
  action: ScriptAction,
  {
    before,
    base,
    now,
  }: {
    readonly before: ContainerStatus | undefined;
    readonly base: object & { readonly name: string; readonly restartCount: number };
    readonly now: string;
  },
): { readonly status: unknown; readonly failed: boolean; readonly done: boolean; readonly restarted: boolean } {
  if (action.container !== undefined && action.container !== base.name) {
    const code = before?.state?.terminated?.exitCode;
    return {
      status: before ?? base,
      failed: (code ?? 0) !== 0,
      done: before === undefined || code !== undefined,
      restarted: false,
    };
  }
  const exitCode = action.code ?? 0;
  const reason = action.reason ?? (exitCode === 0 ? "Completed" : "Error");
  const terminated = { terminated: { exitCode, reason, startedAt: now, finishedAt: now } };
  const policy = pod.spec.restartPolicy ?? "Always";
  const again =
    pod.metadata.deletionTimestamp === undefined && (policy === "Always" || (policy === "OnFailure" && exitCode !== 0));
  if (!again) return { status: { ...base, state: terminated }, failed: exitCode !== 0, done: true, restarted: false };
  const waiting = { waiting: { reason: "CrashLoopBackOff", message: "back-off restarting failed container" } };
  const status = { ...base, restartCount: base.restartCount + 1, lastState: terminated, state: waiting };
  return { status, failed: false, done: false, restarted: true };
}
