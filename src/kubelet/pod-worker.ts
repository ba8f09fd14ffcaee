import { MINUTE, SECOND } from "../base/units.ts";
import type { Millis } from "../base/units.ts";
import { callRuntime } from "./calls.ts";
import { releaseUsage } from "./admission.ts";
import { podActions } from "./pod-actions.ts";
import { armProbes, probeResults, settleProbes, startProbes, stopProbes, triggerReadiness } from "./probes/prober.ts";
import { podEvent } from "./recorder.ts";
import { podRequest } from "./requests.ts";
import { relistAtNextTick, relistNow } from "./relist.ts";
import type { Kubelet, PodWorker, SyncRun } from "./state.ts";
import { computeStatus, isTerminalPhase } from "./status/pod-status.ts";
import { finalStatus } from "./status/final-status.ts";
import { setStatus } from "./status/status-manager.ts";
import { newRun, proceed } from "./sync-run.ts";
import { lastRelist, nextHousekeeping, syncTick, wakeAt } from "./wakes.ts";

/** A sync error without a back-off of its own is tried again after so long (times up to 1.5). */
const ERROR_BACK_OFF: Millis = 10 * SECOND;
/** Interval at which healthy pods are synced (times up to 1.5), and the longest wait after an error. */
const RESYNC: Millis = MINUTE;
const GRACE_DEFAULT = 30;

/** Asks for a sync; requests that come while one runs merge into one more. */
export function trigger(kubelet: Kubelet, worker: PodWorker): void {
  worker.wanted = true;
  pump(kubelet, worker);
}

/** Starts the sync that is wanted, if none runs and the cache is newer than the last one's end. */
export function pump(kubelet: Kubelet, worker: PodWorker): void {
  const { state, io } = kubelet;
  if (worker.run !== undefined || !worker.wanted || worker.stage === "finished") return;
  const ended = worker.syncEndedAt;
  if (ended !== undefined && !worker.fresh && lastRelist(state, io.now) <= ended) {
    relistAtNextTick(kubelet, worker);
    return;
  }
  worker.wanted = false;
  worker.requeueAt = undefined;
  if (worker.stage === "sync") beginSync(kubelet, worker);
  else if (worker.stage === "terminating") beginTerminating(kubelet, worker);
  else finishTerminated(kubelet, worker);
}

function beginSync(kubelet: Kubelet, worker: PodWorker): void {
  const run = newRun(worker, "sync");
  worker.run = run;
  showStatus(kubelet, worker, false);
  if (isTerminalPhase(worker.status?.phase) && !worker.again) {
    endSync(kubelet, worker);
    startTerminating(kubelet, worker);
    return;
  }
  startProbes(kubelet, worker);
  const all =
    worker.status?.conditions?.some((c) => c.type === "AllContainersRestarting" && c.status === "True") === true;
  const { actions, sandboxChanged } = podActions(
    worker.pod,
    worker.again ? undefined : worker.cache,
    probeResults(worker),
    all,
  );
  if (sandboxChanged)
    podEvent(kubelet, worker, "Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
  if (worker.pod.spec.volumes !== undefined && actions.length > 0) run.queue.push({ do: "mount" });
  run.queue.push(...actions);
  worker.again = false;
  resume(kubelet, worker, run);
}

/** Computes the status from the cache, hands it on, and lets unready containers be looked at. */
function showStatus(kubelet: Kubelet, worker: PodWorker, terminal: boolean): void {
  if (worker.probes.size > 0) settleProbes(kubelet, worker);
  const { status, triggers } = computeStatus(kubelet, worker, worker.cache, terminal);
  setStatus(kubelet, worker, status);
  if (worker.probes.size > 0) armProbes(kubelet, worker);
  for (const container of triggers) triggerReadiness(kubelet, worker, container);
}

/** Goes on with a sync after an answer. */
export function resume(kubelet: Kubelet, worker: PodWorker, run: SyncRun): void {
  if (!proceed(kubelet, worker, run)) return;
  worker.run = undefined;
  if (run.kind === "terminating") {
    endTerminating(kubelet, worker);
    return;
  }
  for (const [container, failure] of run.tried) {
    if (failure === undefined) worker.reasons.delete(container);
    else worker.reasons.set(container, failure);
  }
  endSync(kubelet, worker);
  const failed = run.failed || [...run.tried.values()].some((f) => f !== undefined);
  if (failed) {
    requeue(kubelet, worker, errorBackOff(run, kubelet.io.now), "sync/backoff");
    if (worker.changed) relistAtNextTick(kubelet, worker);
  } else {
    if (run.did > 0) relistNow(kubelet, worker);
    if (!kubelet.io.quiet) requeue(kubelet, worker, RESYNC, "sync/resync");
    if (worker.changed) relistAtNextTick(kubelet, worker);
  }
  pump(kubelet, worker);
}

function endSync(kubelet: Kubelet, worker: PodWorker): void {
  worker.run = undefined;
  worker.fresh = false;
  worker.syncEndedAt = kubelet.io.now;
}

/** The earliest back-off expiry of the errors, or 10 s when one has none; at most the resync interval. */
function errorBackOff(run: SyncRun, now: Millis): Millis {
  let wait = run.failed ? ERROR_BACK_OFF : Number.POSITIVE_INFINITY;
  for (const failure of run.tried.values()) {
    if (failure === undefined) continue;
    if (failure.expiresAt === undefined) return ERROR_BACK_OFF;
    if (!run.failed) wait = Math.min(wait, failure.expiresAt - now);
  }
  return Math.min(RESYNC, Math.max(0, wait));
}

/** Syncs again after `wait` × [1, 1.5), at the next tick of the sync loop. */
function requeue(kubelet: Kubelet, worker: PodWorker, wait: Millis, stream: string): void {
  const jittered = wait * (1 + kubelet.io.random(stream) / 2);
  worker.requeueAt = syncTick(kubelet.state, kubelet.io.now + Math.floor(jittered));
  wakeAt(kubelet, worker.requeueAt, "sync", worker.uid);
}

/** Makes the pod's worker end it: from now on nothing is started any more. `graceSeconds` overrides object and spec. */
export function startTerminating(kubelet: Kubelet, worker: PodWorker, graceSeconds?: number): void {
  if (worker.stage !== "sync") return;
  const { metadata, spec } = worker.pod;
  const grace =
    graceSeconds ?? metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? GRACE_DEFAULT;
  worker.graceSeconds = Math.max(1, grace);
  worker.stage = "terminating";
  if (worker.run?.mounting === true) endSync(kubelet, worker);
  trigger(kubelet, worker);
}

function beginTerminating(kubelet: Kubelet, worker: PodWorker): void {
  const run = newRun(worker, "terminating");
  worker.run = run;
  showStatus(kubelet, worker, false);
  stopProbes(kubelet, worker, "liveness and startup");
  run.queue.push({ do: "killAll" });
  resume(kubelet, worker, run);
}

function endTerminating(kubelet: Kubelet, worker: PodWorker): void {
  const { state } = kubelet;
  stopProbes(kubelet, worker, "all");
  endSync(kubelet, worker);
  worker.cache = state.runtime.get(worker.uid);
  worker.stage = "terminated";
  worker.stopped = true;
  showStatus(kubelet, worker, true);
  worker.wanted = true;
  pump(kubelet, worker);
}

/** Nothing runs any more: resources go, and an object that waits for it is removed from the API. */
function finishTerminated(kubelet: Kubelet, worker: PodWorker): void {
  worker.stage = "finished";
  if (worker.status !== undefined) setStatus(kubelet, worker, finalStatus(worker.pod, worker.status));
  releaseUsage(worker);
  if (!worker.rejected && (worker.gone || worker.pod.metadata.deletionTimestamp !== undefined))
    removeRemains(kubelet, worker);
  deleteFromApi(kubelet, worker);
  if (!worker.gone) return;
  kubelet.state.workers.delete(worker.uid);
  if (kubelet.io.listers.of("pods").get(worker.key)?.metadata.uid === worker.uid)
    wakeAt(kubelet, nextHousekeeping(kubelet.state, kubelet.io.now), "restart", worker.uid, worker.key);
}

/** Removes containers and sandbox of a pod that is being deleted. */
function removeRemains(kubelet: Kubelet, worker: PodWorker): void {
  const seen = kubelet.state.runtime.get(worker.uid);
  if (seen === undefined) return;
  const remove = seen.containers.map((r) => ({ call: "RemoveContainer" as const, id: r.id }));
  callRuntime(kubelet, worker, [...remove, { call: "RemovePodSandbox" }]);
}

/** Sends the last DELETE (grace 0) of a pod that is finished and marked for deletion. */
export function deleteFromApi(kubelet: Kubelet, worker: PodWorker): void {
  if (worker.stage !== "finished" || worker.gone || worker.deleteInFlight || worker.statusInFlight) return;
  if (worker.pod.metadata.deletionTimestamp === undefined) return;
  worker.deleteInFlight = true;
  removeRemains(kubelet, worker);
  kubelet.io.request(
    podRequest(worker, {
      verb: "delete",
      options: { gracePeriodSeconds: 0, preconditions: { uid: worker.uid } },
    }),
    { type: "delete", uid: worker.uid },
  );
}
