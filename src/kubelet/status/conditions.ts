import type { Draft } from "../../base/draft.ts";
import type { ContainerStatus, Pod, PodCondition, PodStatus } from "../../api/types/core-v1.ts";
import { newestOf } from "../cri/pod-records.ts";
import type { PodRuntime } from "../cri/runtime-state.ts";
import { isSidecar, mayRestartAll, restartsAll } from "../restart-policy.ts";

/** Condition types that only the kubelet writes, in the order in which it writes them. */
const OWNED: readonly string[] = [
  "PodResizePending",
  "PodResizeInProgress",
  "PodReadyToStartContainers",
  "Initialized",
  "Ready",
  "ContainersReady",
  "PodScheduled",
  "AllContainersRestarting",
];

/** Whether a condition is the kubelet's alone. */
export function ownedByKubelet(type: string): boolean {
  return OWNED.includes(type);
}

/** What conditions are computed from. */
export interface ConditionSource {
  readonly pod: Pod;
  readonly seen: PodRuntime | undefined;
  readonly old: PodStatus;
  readonly statuses: ReadonlyMap<string, ContainerStatus>;
  readonly phase: string;
}

type Verdict = Pick<PodCondition, "status" | "reason" | "message">;

const YES: Verdict = { status: "True" };

/** All conditions of a pod's status: foreign ones as they were, then the kubelet's own. */
export function podConditions(source: ConditionSource): PodCondition[] {
  const { pod, seen, old } = source;
  const generation = pod.metadata.generation;
  const conditions = (pod.status?.conditions ?? []).filter((c) => !ownedByKubelet(c.type));
  const disrupted = old.conditions?.find((c) => c.type === "DisruptionTarget");
  if (disrupted !== undefined) {
    const at = conditions.findIndex((c) => c.type === "DisruptionTarget");
    if (at < 0) conditions.push(disrupted);
    else conditions[at] = disrupted;
  }
  const add = (type: string, verdict: Verdict): void => void conditions.push(condition(type, generation, verdict));
  const containersReady = containersReadyVerdict(source);
  add("PodReadyToStartContainers", { status: sandboxReady(seen) ? "True" : "False" });
  add("Initialized", initializedVerdict(source));
  add("Ready", containersReady.status === "True" ? gatesVerdict(pod, conditions) : containersReady);
  add("ContainersReady", containersReady);
  add("PodScheduled", YES);
  if (mayRestartAll(pod)) conditions.push({ type: "AllContainersRestarting", ...restartingVerdict(source) });
  return conditions;
}

/** HOT: filled field by field; V8 is slow at literals that spread in the middle. */
function condition(type: string, generation: number | undefined, { status, reason, message }: Verdict): PodCondition {
  const made: Draft<PodCondition> =
    generation === undefined ? { type, status } : { type, observedGeneration: generation, status };
  if (reason !== undefined) made.reason = reason;
  if (message !== undefined) made.message = message;
  return made;
}

/** Whether the pod's newest sandbox stands. */
export function sandboxReady(seen: PodRuntime | undefined): boolean {
  return seen?.sandboxes[0]?.ready === true;
}

/** Ready and ContainersReady of a pod that has ended. */
export function endedVerdict(phase: string): Verdict {
  return { status: "False", reason: phase === "Failed" ? "PodFailed" : "PodCompleted" };
}

function containersReadyVerdict({ pod, statuses, phase }: ConditionSource): Verdict {
  const unknown: string[] = [];
  const unready: string[] = [];
  const look = (name: string): void => {
    const status = statuses.get(name);
    if (status === undefined) unknown.push(name);
    else if (!status.ready) unready.push(name);
  };
  for (const container of pod.spec.initContainers ?? []) if (isSidecar(container)) look(container.name);
  for (const container of pod.spec.containers) look(container.name);
  if (phase === "Failed" || (phase === "Succeeded" && unknown.length === 0)) return endedVerdict(phase);
  const message = listed(unknown, unready, "unready");
  return message === undefined ? YES : { status: "False", reason: "ContainersNotReady", message };
}

function listed(unknown: readonly string[], other: readonly string[], what: string): string | undefined {
  const parts: string[] = [];
  if (unknown.length > 0) parts.push(`containers with unknown status: [${unknown.join(" ")}]`);
  if (other.length > 0) parts.push(`containers with ${what} status: [${other.join(" ")}]`);
  return parts.length === 0 ? undefined : parts.join(", ");
}

function gatesVerdict(pod: Pod, conditions: readonly PodCondition[]): Verdict {
  const messages: string[] = [];
  for (const { conditionType } of pod.spec.readinessGates ?? []) {
    const found = conditions.find((c) => c.type === conditionType);
    if (found === undefined)
      messages.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    else if (found.status !== "True")
      messages.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`);
  }
  if (messages.length === 0) return YES;
  return { status: "False", reason: "ReadinessGatesNotReady", message: messages.join(", ") };
}

function initializedVerdict({ pod, old, statuses, phase }: ConditionSource): Verdict {
  const unknown: string[] = [];
  const incomplete: string[] = [];
  for (const container of pod.spec.initContainers ?? []) {
    const status = statuses.get(container.name);
    if (status === undefined) unknown.push(container.name);
    else if (!(isSidecar(container) ? status.started === true : status.ready)) incomplete.push(container.name);
  }
  if (phase === "Succeeded" && unknown.length === 0) return { status: "True", reason: "PodCompleted" };
  const begun = pod.spec.containers.some((c) => {
    const state = statuses.get(c.name)?.state;
    return state?.running !== undefined || state?.terminated !== undefined;
  });
  if (begun) return YES;
  const message = listed(unknown, incomplete, "incomplete");
  if (message === undefined || old.conditions?.some((c) => c.type === "Initialized" && c.status === "True") === true)
    return YES;
  return { status: "False", reason: "ContainersNotInitialized", message };
}

function restartingVerdict({ pod, seen, old, phase }: ConditionSource): Verdict {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  if (!restartsAll(pod, seen, old) || all.every((c) => newestOf(seen, c.name) === undefined))
    return { status: "False" };
  return {
    status: "True",
    reason: "RestartAllContainersStarted",
    message: "container exited with restart policy rule",
  };
}
