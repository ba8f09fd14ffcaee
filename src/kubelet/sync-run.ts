import type { Answer } from "./cri/runtime-state.ts";
import type { Response } from "../api/request.ts";
import { unreachable } from "../base/assert.ts";
import { callRuntime } from "./calls.ts";
import { beginStart, rpcError, startAnswered } from "./container-start.ts";
import { configReply, fetchVolumes, mountVolumes } from "./container-config.ts";
import { newestOf } from "./cri/pod-records.ts";
import { beginKill, beginKillAll, killDone, preStopDone } from "./kill.ts";
import { podEvent, podText } from "./recorder.ts";
import { containerOf, isSidecar } from "./restart-policy.ts";
import { runtimeResources } from "./resources/runtime-resources.ts";
import type { Action, Kubelet, PendingCall, PodWorker, StartFailure, SyncRun } from "./state.ts";
import { setStatus } from "./status/status-manager.ts";

/** A sync that begins with what the cache says. */
export function newRun(worker: PodWorker, kind: SyncRun["kind"]): SyncRun {
  return {
    kind,
    seen: worker.cache,
    queue: [],
    kills: new Map(),
    tried: new Map(),
    failed: false,
    did: 0,
    waiting: false,
    configs: new Map(),
    fetching: 0,
    mounting: false,
  };
}

/** Performs the actions of a sync until one takes time; true when none is left. */
export function proceed(kubelet: Kubelet, worker: PodWorker, run: SyncRun): boolean {
  while (!run.waiting && run.kills.size === 0) {
    const action = run.queue.shift();
    if (action === undefined) return true;
    perform(kubelet, worker, run, action);
  }
  return false;
}

function perform(kubelet: Kubelet, worker: PodWorker, run: SyncRun, action: Action): void {
  switch (action.do) {
    case "kill": {
      run.did += 1;
      const { message, probe, graceSeconds, then } = action;
      if (then !== undefined) run.tried.set(action.container, then);
      beginKill(kubelet, worker, run, action, {
        message,
        ordered: false,
        ...(probe !== undefined && { probe }),
        ...(graceSeconds !== undefined && { graceSeconds }),
      });
      return;
    }
    case "killAll": {
      run.did += 1;
      const running = (run.seen?.containers ?? []).filter((r) => r.state === "running");
      beginKillAll(kubelet, worker, run, running, worker.stage === "sync" ? undefined : worker.graceSeconds);
      run.queue.unshift({ do: "stopSandbox" });
      return;
    }
    case "stopSandbox":
      if (run.seen === undefined || run.seen.sandboxes.length === 0) return;
      run.waiting = true;
      callRuntime(kubelet, worker, [{ call: "StopPodSandbox" }], { what: "stopSandbox", container: "" });
      return;
    case "remove":
      run.did += 1;
      run.waiting = true;
      callRuntime(kubelet, worker, [{ call: "RemoveContainer", id: action.id }], { what: "remove", container: "" });
      return;
    case "sandbox":
      run.did += 1;
      run.waiting = true;
      callRuntime(
        kubelet,
        worker,
        [{ call: "RunPodSandbox", attempt: action.attempt, hostNetwork: worker.pod.spec.hostNetwork === true }],
        { what: "sandbox", container: "" },
      );
      return;
    case "update": {
      run.did += 1;
      const container = containerOf(worker.pod, action.container);
      const resources = container === undefined ? undefined : runtimeResources(container);
      if (resources === undefined) return;
      run.waiting = true;
      callRuntime(kubelet, worker, [{ call: "UpdateContainerResources", id: action.id, resources }], {
        what: "update",
        container: action.container,
      });
      return;
    }
    case "mount":
      run.waiting = true;
      run.mounting = true;
      if (!fetchVolumes(kubelet, worker, run)) mounted(kubelet, worker, run);
      return;
    case "start":
      if (beginStart(kubelet, worker, run, action)) run.waiting = true;
      else afterStart(worker, run, action.container);
      return;
    default:
      unreachable(action);
  }
}

/** All volumes have been looked at: go on, or wait for the next try. */
function mounted(kubelet: Kubelet, worker: PodWorker, run: SyncRun): void {
  if (!mountVolumes(kubelet, worker, run)) return;
  run.mounting = false;
  run.waiting = false;
}

/** A volume that was missing is looked at once more. */
export function mountAgain(worker: PodWorker, run: SyncRun): void {
  worker.mountAt = undefined;
  run.waiting = false;
  run.queue.unshift({ do: "mount" });
}

/** A ConfigMap or Secret has come, or its absence is known; true when the sync can go on. */
export function configAnswered(
  kubelet: Kubelet,
  worker: PodWorker,
  run: SyncRun,
  key: string,
  response: Response,
): boolean {
  if (!configReply(run, key, response)) return false;
  if (run.mounting) mounted(kubelet, worker, run);
  else run.waiting = false;
  return !run.waiting;
}

/** An ordinary init container that could not be started keeps all that follow from starting. */
function afterStart(worker: PodWorker, run: SyncRun, name: string): void {
  if (run.tried.get(name) === undefined) return;
  const init = worker.pod.spec.initContainers?.find((c) => c.name === name);
  if (init !== undefined && !isSidecar(init)) run.queue.length = 0;
}

/** Takes the answer to a call of a sync. */
export function answered(
  kubelet: Kubelet,
  worker: PodWorker,
  run: SyncRun,
  pending: PendingCall,
  { results }: Answer,
): void {
  const error = results[results.length - 1]?.error;
  switch (pending.what) {
    case "sandbox":
      run.waiting = false;
      sandboxAnswered(kubelet, worker, run, error);
      return;
    case "stopSandbox":
    case "remove":
    case "update":
      run.waiting = false;
      return;
    case "start":
      run.waiting = startAnswered(kubelet, worker, run, pending, results);
      if (!run.waiting) afterStart(worker, run, pending.container);
      return;
    case "postStart":
      run.waiting = false;
      postStartAnswered(kubelet, worker, run, pending.container, error);
      return;
    case "preStop":
      preStopDone(kubelet, worker, run, pending.id ?? "", error);
      return;
    case "stop":
      killDone(kubelet, worker, run, pending.id ?? "");
      return;
    default:
      unreachable(pending.what);
  }
}

function sandboxAnswered(kubelet: Kubelet, worker: PodWorker, run: SyncRun, error: string | undefined): void {
  if (error !== undefined) {
    run.queue.length = 0;
    if (worker.stage !== "sync") return;
    run.failed = true;
    podEvent(kubelet, worker, "Warning", "FailedCreatePodSandBox", `Failed to create pod sandbox: ${rpcError(error)}`);
    return;
  }
  const { status } = worker;
  if (status === undefined) return;
  const conditions = status.conditions?.map((c) =>
    c.type === "PodReadyToStartContainers" ? { ...c, status: "True" } : c,
  );
  setStatus(kubelet, worker, { ...status, ...(conditions !== undefined && { conditions }) });
}

/** A postStart hook that failed ends its container with the full grace period. */
function postStartAnswered(
  kubelet: Kubelet,
  worker: PodWorker,
  run: SyncRun,
  name: string,
  error: string | undefined,
): void {
  if (error === undefined) {
    run.tried.set(name, undefined);
    return;
  }
  podEvent(kubelet, worker, "Warning", "FailedPostStartHook", "PostStartHook failed", name);
  const failure: StartFailure = { reason: "PostStartHookError", message: hookMessage(worker, name, error) };
  run.tried.set(name, failure);
  const record = newestOf(kubelet.state.runtime.get(worker.uid), name);
  if (record === undefined) return;
  run.queue.unshift({ do: "kill", id: record.id, container: name, message: "FailedPostStartHook", then: failure });
}

/** How upstream tells a failed postStart hook. */
function hookMessage(worker: PodWorker, name: string, error: string): string {
  const hook = containerOf(worker.pod, name)?.lifecycle?.postStart;
  const where = `for Container "${name}" in Pod "${podText(worker)}" failed - error:`;
  if (hook?.exec === undefined) return `HTTP lifecycle hook (${hook?.httpGet?.path ?? "/"}) ${where} ${error}`;
  const command = hook.exec.command?.join(" ") ?? "";
  const text = error.startsWith("exited with") ? `command '${command}' ${error}` : error;
  return `Exec lifecycle hook ([${command}]) ${where} ${text}, message: ""`;
}
