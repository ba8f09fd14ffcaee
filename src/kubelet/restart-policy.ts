import type { Container, ContainerStatus, Pod, PodStatus } from "../api/types/core-v1.ts";
import type { ContainerRecord, PodRuntime } from "./cri/runtime-state.ts";
import { newestOf } from "./cri/pod-records.ts";

/** An init container that runs beside the main ones. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === "Always";
}

/** Any container of a pod by name: init, main, ephemeral. */
export function containerOf(pod: Pod, name: string): Container | undefined {
  const { containers, initContainers, ephemeralContainers } = pod.spec;
  return (
    containers.find((c) => c.name === name) ??
    initContainers?.find((c) => c.name === name) ??
    ephemeralContainers?.find((c) => c.name === name)
  );
}

/** The action of the first restart rule that fits an exit code. */
export function ruleAction(container: Container, exitCode: number): string | undefined {
  for (const { action, exitCodes } of container.restartPolicyRules ?? []) {
    if (exitCodes === undefined) continue;
    const listed = exitCodes.values?.includes(exitCode) === true;
    if ((exitCodes.operator === "In" && listed) || (exitCodes.operator === "NotIn" && !listed)) return action;
  }
  return undefined;
}

/** Whether a container that ended with `exitCode` is started again (podutil.ContainerShouldRestart). */
export function restartsAfter(container: Container, pod: Pod, exitCode: number): boolean {
  if (container.restartPolicy !== undefined) {
    const action = ruleAction(container, exitCode);
    if (action === "Restart" || action === "RestartAllContainers") return true;
    if (container.restartPolicy === "Always") return true;
    if (container.restartPolicy === "OnFailure") return exitCode !== 0;
    return false;
  }
  const policy = pod.spec.restartPolicy ?? "Always";
  return policy === "Always" || (policy === "OnFailure" && exitCode !== 0);
}

/** Whether a container that a probe or a change ended is started again: rules do not count. */
export function restartsAfterKill(container: Container, pod: Pod): boolean {
  return (container.restartPolicy ?? pod.spec.restartPolicy ?? "Always") !== "Never";
}

/** Whether the container ought to be started in the next sync (kubecontainer.ShouldContainerBeRestarted). */
export function shouldBeStarted(container: Container, pod: Pod, seen: PodRuntime | undefined): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  const record = newestOf(seen, container.name);
  if (record === undefined || record.state === "created") return true;
  if (record.state === "running") return false;
  return restartsAfter(container, pod, record.exitCode ?? 0);
}

/** Whether some rule of the pod restarts all of its containers. */
export function mayRestartAll(pod: Pod): boolean {
  const has = (c: Container): boolean =>
    c.restartPolicyRules?.some((rule) => rule.action === "RestartAllContainers") === true;
  return pod.spec.containers.some(has) || pod.spec.initContainers?.some(has) === true;
}

/** Whether a record's end asks for all containers to be restarted. */
export function triggersRestartAll(container: Container, record: ContainerRecord | undefined): boolean {
  if (record === undefined || record.state !== "exited") return false;
  return ruleAction(container, record.exitCode ?? 0) === "RestartAllContainers";
}

/** Whether all containers of the pod are to be restarted, by its records or its last status. */
export function restartsAll(pod: Pod, seen: PodRuntime | undefined, status: PodStatus | undefined): boolean {
  if (status?.conditions?.some((c) => c.type === "AllContainersRestarting" && c.status === "True") === true)
    return true;
  if (!mayRestartAll(pod)) return false;
  const asks = (statuses: readonly ContainerStatus[] | undefined, c: Container): boolean => {
    if (triggersRestartAll(c, newestOf(seen, c.name))) return true;
    const code = statuses?.find((s) => s.name === c.name)?.state?.terminated?.exitCode;
    return code !== undefined && ruleAction(c, code) === "RestartAllContainers";
  };
  return (
    pod.spec.initContainers?.some((c) => asks(status?.initContainerStatuses, c)) === true ||
    pod.spec.containers.some((c) => asks(status?.containerStatuses, c))
  );
}
