import type { InformerEvent } from "../client/component.ts";
import type { ApiObject } from "../api/object.ts";
import { objectKey } from "../api/object.ts";
import type { Pod } from "../api/types/core-v1.ts";
import { parseTimestamp } from "../base/time.ts";
import { SECOND, cast } from "../base/units.ts";
import { admit, reject } from "./admission.ts";
import { deleteFromApi, startTerminating, trigger } from "./pod-worker.ts";
import type { PodRuntime } from "./cri/runtime-state.ts";
import { podUsage } from "./resources/pod-usage.ts";
import type { Kubelet, PodWorker } from "./state.ts";
import { mutant } from "./state.ts";
import { isTerminalPhase } from "./status/pod-status.ts";
import { reconcileStatus } from "./status/status-manager.ts";
import { syncTick, wakeAt } from "./wakes.ts";

/** Seconds that a pod gets which has left the API without having been asked to end. */
const FORCED_GRACE = 1;

/** Takes in all pods of the node when the kubelet has come up: those that run already first, then by age. */
export function adoptPods(kubelet: Kubelet): void {
  const { state, io } = kubelet;
  const pods = [...io.listers.of("pods").list()].map((object) => cast<Pod>(object));
  pods.sort((a, b) => byAge(a, b, state.runtime));
  for (const pod of pods) addPod(kubelet, pod);
  for (const runtime of state.runtime.values()) {
    if (!state.workers.has(runtime.uid)) endOrphan(kubelet, runtime);
  }
}

function byAge(a: Pod, b: Pod, runtime: ReadonlyMap<string, PodRuntime>): number {
  const first = (pod: Pod): number => (runtime.has(pod.metadata.uid) ? 0 : 1);
  const older = parseTimestamp(a.metadata.creationTimestamp) - parseTimestamp(b.metadata.creationTimestamp);
  if (first(a) !== first(b)) return first(a) - first(b);
  return older !== 0 && !Number.isNaN(older) ? older : objectKey(a) < objectKey(b) ? -1 : 1;
}

/** A change of the node's pods in the API. */
export function podChanged(kubelet: Kubelet, { before, after }: InformerEvent): void {
  const gone = before !== undefined && before.metadata.uid !== after?.metadata.uid;
  if (gone) podGone(kubelet, before);
  if (after === undefined) return;
  const pod = cast<Pod>(after);
  const worker = kubelet.state.workers.get(pod.metadata.uid);
  if (worker === undefined) addPod(kubelet, pod);
  else if (!worker.gone) updatePod(kubelet, worker, pod);
}

/** A pod came back to the API while its containers were being ended: it begins anew. */
export function restartPod(kubelet: Kubelet, uid: string, key: string): void {
  const pod = kubelet.io.listers.of("pods").get(key);
  if (pod?.metadata.uid === uid && !kubelet.state.workers.has(uid)) addPod(kubelet, cast<Pod>(pod));
}

function newWorker(pod: Pod): PodWorker {
  return {
    uid: pod.metadata.uid,
    key: objectKey(pod),
    pod,
    stage: "sync",
    again: false,
    gone: false,
    rejected: false,
    usage: podUsage(pod),
    cache: undefined,
    changed: false,
    fresh: false,
    wanted: false,
    run: undefined,
    syncEndedAt: undefined,
    requeueAt: undefined,
    reasons: new Map(),
    graceSeconds: undefined,
    ended: undefined,
    probes: new Map(),
    status: undefined,
    api: pod.status,
    apiInDoubt: false,
    statusInFlight: false,
    statusRetryAt: undefined,
    stopped: false,
    mountAt: undefined,
    mountFailures: 0,
    deleteInFlight: false,
  };
}

function addPod(kubelet: Kubelet, pod: Pod): void {
  const { state } = kubelet;
  const worker = newWorker(pod);
  worker.cache = state.runtime.get(worker.uid);
  state.workers.set(worker.uid, worker);
  const terminal = isTerminalPhase(pod.status?.phase);
  worker.again = terminal && mutant(kubelet, "KUB-05");
  const ended = terminal && !worker.again;
  if (ended || pod.metadata.deletionTimestamp !== undefined) {
    startTerminating(kubelet, worker);
    return;
  }
  const rejection = admit(kubelet, worker);
  if (rejection !== undefined && (worker.cache === undefined || mutant(kubelet, "KUB-08"))) {
    reject(kubelet, worker, rejection);
    return;
  }
  armDeadline(kubelet, worker);
  trigger(kubelet, worker);
}

function updatePod(kubelet: Kubelet, worker: PodWorker, pod: Pod): void {
  const before = worker.pod;
  worker.pod = pod;
  if (!worker.statusInFlight && worker.api !== pod.status) {
    worker.api = pod.status;
    reconcileStatus(kubelet, worker);
  }
  if (worker.stage === "finished") {
    deleteFromApi(kubelet, worker);
    return;
  }
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (worker.stage === "sync") startTerminating(kubelet, worker);
    return;
  }
  if (pod.spec.activeDeadlineSeconds !== before.spec.activeDeadlineSeconds) armDeadline(kubelet, worker);
  const same =
    pod.metadata.generation === before.metadata.generation &&
    pod.metadata.labels === before.metadata.labels &&
    pod.metadata.annotations === before.metadata.annotations;
  if (!same || gatesChanged(before, pod)) trigger(kubelet, worker);
}

function gatesChanged(before: Pod, after: Pod): boolean {
  return (
    after.spec.readinessGates?.some(({ conditionType }) => {
      const of = (pod: Pod): string | undefined =>
        pod.status?.conditions?.find((c) => c.type === conditionType)?.status;
      return of(before) !== of(after);
    }) === true
  );
}

function podGone(kubelet: Kubelet, object: ApiObject): void {
  const { state } = kubelet;
  const worker = state.workers.get(object.metadata.uid);
  if (worker === undefined) return;
  worker.gone = true;
  if (worker.stage === "sync") startTerminating(kubelet, worker, FORCED_GRACE);
  else if (worker.stage === "finished") forget(kubelet, worker);
}

/** Drops a worker that has nothing left to do. */
export function forget({ state }: Kubelet, worker: PodWorker): void {
  state.workers.delete(worker.uid);
}

/** Ends containers whose pod is not in the API any more. */
function endOrphan(kubelet: Kubelet, runtime: PodRuntime): void {
  const { uid, name, namespace } = runtime;
  const names = [...new Set(runtime.containers.map((r) => r.name))];
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { uid, name, namespace, resourceVersion: "", creationTimestamp: "" },
    spec: { containers: names.map((container) => ({ name: container })) },
  };
  const worker = newWorker(pod);
  worker.gone = true;
  worker.cache = runtime;
  kubelet.state.workers.set(uid, worker);
  startTerminating(kubelet, worker, FORCED_GRACE);
}

/** Looks at an active deadline at the first tick of the sync loop after it. */
export function armDeadline(kubelet: Kubelet, worker: PodWorker): void {
  const at = deadlineOf(kubelet, worker);
  if (at !== undefined) wakeAt(kubelet, Math.max(kubelet.io.now, syncTick(kubelet.state, at)), "deadline", worker.uid);
}

function deadlineOf(kubelet: Kubelet, worker: PodWorker): number | undefined {
  const seconds = worker.pod.spec.activeDeadlineSeconds;
  if (seconds === undefined) return undefined;
  const start = (worker.status ?? worker.pod.status)?.startTime;
  const since = start === undefined ? kubelet.io.now : parseTimestamp(start);
  return since + seconds * SECOND;
}

/** Ends a pod whose deadline has passed. */
export function deadlineWake(kubelet: Kubelet, worker: PodWorker): void {
  const at = deadlineOf(kubelet, worker);
  if (at === undefined || worker.stage !== "sync") return;
  if (kubelet.io.now < at) {
    armDeadline(kubelet, worker);
    return;
  }
  worker.ended = {
    reason: "DeadlineExceeded",
    message: "Pod was active on the node longer than the specified deadline",
  };
  trigger(kubelet, worker);
}
