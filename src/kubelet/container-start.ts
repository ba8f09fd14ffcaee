import type { CallResult } from "./cri/runtime-state.ts";
import type { Container, ContainerStatus } from "../api/types/core-v1.ts";
import { advanced, backOffKey, goDuration, holding } from "./back-off.ts";
import { callRuntime } from "./calls.ts";
import { newestOf } from "./cri/pod-records.ts";
import { configFailure, fetchConfig } from "./container-config.ts";
import { decideImage, pullFailed, pullSucceeded } from "./images.ts";
import { podEvent, podText } from "./recorder.ts";
import { containerOf } from "./restart-policy.ts";
import { endOfContainer } from "./cri/command.ts";
import { runtimeResources } from "./resources/runtime-resources.ts";
import type { Action, Kubelet, PendingCall, PodWorker, StartFailure, SyncRun } from "./state.ts";

type StartAction = Extract<Action, { do: "start" }>;

/** Begins to start a container: true when calls are under way, false when it failed at once or is backing off. */
export function beginStart(kubelet: Kubelet, worker: PodWorker, run: SyncRun, action: StartAction): boolean {
  const name = action.container;
  const container = containerOf(worker.pod, name);
  if (container === undefined) return false;
  if (fetchConfig(kubelet, worker, run, container)) {
    run.queue.unshift(action);
    return true;
  }
  run.did += 1;
  const waits = crashLoop(kubelet, worker, run, container);
  if (waits !== undefined) {
    run.tried.set(name, waits);
    return false;
  }
  const image = decideImage(kubelet, worker, container);
  if ("failure" in image) {
    run.tried.set(name, image.failure);
    podEvent(kubelet, worker, "Warning", "Failed", `Error: ${image.failure.reason}`, name);
    return false;
  }
  const config = image.pull ? undefined : configFailure(run, worker, container);
  if (config !== undefined) {
    run.tried.set(name, config);
    podEvent(kubelet, worker, "Warning", "Failed", `Error: ${config.message}`, name);
    return false;
  }
  const before = newestOf(run.seen, name);
  const resources = runtimeResources(container);
  const ends = endOfContainer(container);
  callRuntime(
    kubelet,
    worker,
    [
      ...(image.pull ? [{ call: "PullImage" as const, image: image.reference }] : []),
      {
        call: "CreateContainer",
        container: name,
        attempt: before === undefined ? restartsShown(worker, name) : before.attempt + 1,
        image: image.image,
        ...(resources !== undefined && { resources }),
        ...(isMeantToEnd(worker, action, container) && { completes: true }),
        ...(ends !== undefined && { ends }),
      },
      { call: "StartContainer", container: name },
    ],
    { what: "start", container: name, image: image.image, pulls: image.pull },
  );
  return true;
}

/** How often a container that has left no record was restarted, by its status. */
function restartsShown({ status }: PodWorker, name: string): number {
  const of = (list: readonly ContainerStatus[] | undefined): number | undefined =>
    list?.find((s) => s.name === name)?.restartCount;
  return of(status?.containerStatuses) ?? of(status?.initContainerStatuses) ?? 0;
}

/** The crash-loop back-off (doBackOff): why the container waits, or nothing and the entry is advanced. */
function crashLoop(kubelet: Kubelet, worker: PodWorker, run: SyncRun, container: Container): StartFailure | undefined {
  const { state, io, config } = kubelet;
  const ended = run.seen?.containers.find((r) => r.name === container.name && r.state === "exited");
  if (ended === undefined) return undefined;
  const since = ended.finishedAt ?? 0;
  const key = backOffKey(worker.pod, container);
  const entry = state.containerBackOff.get(key);
  const ms = holding(entry, since, io.now);
  if (ms === undefined) {
    state.containerBackOff.set(key, advanced(entry, since, io.now, config.maxContainerRestartPeriodMs));
    return undefined;
  }
  const text = podText(worker);
  const warning = `Back-off restarting failed container ${container.name} in pod ${text}`;
  podEvent(kubelet, worker, "Warning", "BackOff", warning, container.name);
  return {
    reason: "CrashLoopBackOff",
    message: `back-off ${goDuration(ms)} restarting failed container=${container.name} pod=${text}`,
    expiresAt: since + ms,
  };
}

/** Takes the answer to pull, create and start: true when a postStart hook is under way. */
export function startAnswered(
  kubelet: Kubelet,
  worker: PodWorker,
  run: SyncRun,
  pending: PendingCall,
  results: readonly CallResult[],
): boolean {
  const name = pending.container;
  let i = 0;
  if (pending.pulls === true) {
    const pull = results[i];
    i += 1;
    if (pull?.error !== undefined) {
      run.tried.set(name, pullFailed(kubelet, worker, name, pending.image ?? "", pull.error));
      podEvent(kubelet, worker, "Warning", "Failed", "Error: ErrImagePull", name);
      return false;
    }
    pullSucceeded(kubelet, worker, name, pending.image ?? "", pull?.takes ?? 0);
  }
  const [create, start] = [results[i], results[i + 1]];
  if (create?.error !== undefined) return failed(kubelet, worker, run, name, "CreateContainerError", create.error);
  podEvent(kubelet, worker, "Normal", "Created", "Container created", name);
  if (start === undefined) return failed(kubelet, worker, run, name, "RunContainerError", "cut off");
  if (start.error !== undefined) return failed(kubelet, worker, run, name, "RunContainerError", start.error);
  podEvent(kubelet, worker, "Normal", "Started", "Container started", name);
  if (containerOf(worker.pod, name)?.lifecycle?.postStart === undefined) {
    run.tried.set(name, undefined);
    return false;
  }
  callRuntime(kubelet, worker, [{ call: "ExecSync", container: name, hook: "postStart" }], {
    what: "postStart",
    container: name,
  });
  return true;
}

function failed(
  kubelet: Kubelet,
  worker: PodWorker,
  run: SyncRun,
  name: string,
  reason: string,
  error: string,
): boolean {
  run.tried.set(name, { reason, message: error });
  podEvent(kubelet, worker, "Warning", "Failed", `Error: ${error}`, name);
  return false;
}

/** An error of the runtime as gRPC hands it on. */
export function rpcError(error: string): string {
  return `rpc error: code = Unknown desc = ${error}`;
}

/** Ordinary init containers, and the main ones of pods that are not always restarted, are programs that end. */
function isMeantToEnd(worker: PodWorker, { kind }: StartAction, container: Container): boolean {
  if (kind === "init") return container.restartPolicy !== "Always";
  return kind === "main" && (worker.pod.spec.restartPolicy ?? "Always") !== "Always";
}
