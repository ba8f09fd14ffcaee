import type { Container } from "../api/types/core-v1.ts";
import { SECOND } from "../base/units.ts";
import { callRuntime } from "./calls.ts";
import type { ContainerRecord } from "./cri/runtime-state.ts";
import { podEvent } from "./recorder.ts";
import { containerOf, isSidecar } from "./restart-policy.ts";
import type { Kill, Kubelet, PodWorker, SyncRun } from "./state.ts";
import { wakeAt } from "./wakes.ts";

/** A container gets at least so many seconds between SIGTERM and SIGKILL. */
const GRACE_MIN = 2;
const GRACE_DEFAULT = 30;

/** How a container is to be stopped. */
export interface KillOptions {
  readonly message?: string;
  readonly probe?: "livenessProbe" | "startupProbe";
  readonly graceSeconds?: number;
  /** Sidecars wait for their turn. */
  readonly ordered: boolean;
}

/** Begins to stop a container: event, preStop hook, turn, StopContainer. */
export function beginKill(
  kubelet: Kubelet,
  worker: PodWorker,
  run: SyncRun,
  target: { readonly id: string; readonly container: string },
  options: KillOptions,
): void {
  const { id, container: name } = target;
  const container = containerOf(worker.pod, name);
  podEvent(kubelet, worker, "Normal", "Killing", options.message ?? `Stopping container ${name}`, name);
  const grace = options.graceSeconds ?? graceOf(worker, container, options.probe);
  const kill: Kill = { id, container: name, grace, since: kubelet.io.now, stage: "turn", ordered: options.ordered };
  run.kills.set(id, kill);
  if (container?.lifecycle?.preStop === undefined || grace <= 0) {
    takeTurn(kubelet, worker, run, kill);
    return;
  }
  kill.stage = "preStop";
  callRuntime(kubelet, worker, [{ call: "ExecSync", container: name, hook: "preStop", timeoutMs: grace * SECOND }], {
    what: "preStop",
    container: name,
    id,
  });
}

/** Stops every running container of a pod; their Killing events come first. */
export function beginKillAll(
  kubelet: Kubelet,
  worker: PodWorker,
  run: SyncRun,
  running: readonly ContainerRecord[],
  graceSeconds: number | undefined,
): void {
  const ordered = worker.pod.spec.initContainers?.some(isSidecar) === true;
  const options: KillOptions = { ordered, ...(graceSeconds !== undefined && { graceSeconds }) };
  const oldest = [...running].reverse();
  const first = oldest.filter((r) => !waitsTurn(worker, r.name));
  const last = oldest.filter((r) => waitsTurn(worker, r.name));
  for (const record of [...first, ...last]) placeholder(kubelet, run, record);
  for (const record of [...first, ...last])
    beginKill(kubelet, worker, run, { id: record.id, container: record.name }, options);
}

function waitsTurn(worker: PodWorker, name: string): boolean {
  return worker.pod.spec.initContainers?.some((c) => c.name === name && isSidecar(c)) === true;
}

/** Stands for a container that is about to be stopped, so that others wait for it. */
function placeholder(kubelet: Kubelet, run: SyncRun, record: ContainerRecord): void {
  const kill: Kill = {
    id: record.id,
    container: record.name,
    grace: 0,
    since: kubelet.io.now,
    stage: "preStop",
    ordered: true,
  };
  run.kills.set(record.id, kill);
}

function graceOf(
  worker: PodWorker,
  container: Container | undefined,
  probe: "livenessProbe" | "startupProbe" | undefined,
): number {
  const { metadata, spec } = worker.pod;
  if (metadata.deletionGracePeriodSeconds !== undefined) return metadata.deletionGracePeriodSeconds;
  const own = probe === undefined ? undefined : container?.[probe]?.terminationGracePeriodSeconds;
  return own ?? spec.terminationGracePeriodSeconds ?? GRACE_DEFAULT;
}

/** The preStop hook is over: its whole seconds are subtracted. */
export function preStopDone(
  kubelet: Kubelet,
  worker: PodWorker,
  run: SyncRun,
  id: string,
  error: string | undefined,
): void {
  const kill = run.kills.get(id);
  if (kill === undefined) return;
  if (error !== undefined)
    podEvent(kubelet, worker, "Warning", "FailedPreStopHook", "PreStopHook failed", kill.container);
  kill.grace -= Math.floor((kubelet.io.now - kill.since) / SECOND);
  takeTurn(kubelet, worker, run, kill);
}

function takeTurn(kubelet: Kubelet, worker: PodWorker, run: SyncRun, kill: Kill): void {
  if (!kill.ordered || kill.grace <= 0 || !blocked(worker, run, kill)) {
    stop(kubelet, worker, kill);
    return;
  }
  kill.stage = "turn";
  kill.turnAt = kubelet.io.now + kill.grace * SECOND;
  const { now } = kubelet.io;
  run.kills.set(kill.id, { ...kill, since: now });
  wakeAt(kubelet, kill.turnAt, "turn", worker.uid, kill.id);
}

/** Whether main containers, or sidecars that come later in the spec, are still being stopped. */
function blocked(worker: PodWorker, run: SyncRun, kill: Kill): boolean {
  const init = worker.pod.spec.initContainers ?? [];
  const place = init.findIndex((c) => c.name === kill.container && isSidecar(c));
  if (place < 0) return false;
  for (const other of run.kills.values()) {
    if (other.id === kill.id) continue;
    const at = init.findIndex((c) => c.name === other.container);
    if (at < 0 || (at > place && isSidecar(init[at] ?? { name: "" }))) return true;
  }
  return false;
}

/** A container's time to wait is over, or another has gone: whoever's turn it is gets SIGTERM. */
export function turns(kubelet: Kubelet, worker: PodWorker, run: SyncRun): void {
  const { now } = kubelet.io;
  for (const kill of [...run.kills.values()]) {
    if (kill.stage !== "turn" || kill.turnAt === undefined) continue;
    if (now < kill.turnAt && blocked(worker, run, kill)) continue;
    kill.grace -= Math.floor((now - kill.since) / SECOND);
    stop(kubelet, worker, kill);
  }
}

function stop(kubelet: Kubelet, worker: PodWorker, kill: Kill): void {
  kill.stage = "stop";
  delete kill.turnAt;
  const graceMs = Math.max(GRACE_MIN, kill.grace) * SECOND;
  callRuntime(kubelet, worker, [{ call: "StopContainer", id: kill.id, graceMs }], {
    what: "stop",
    container: kill.container,
    id: kill.id,
  });
}

/** A container is gone. */
export function killDone(kubelet: Kubelet, worker: PodWorker, run: SyncRun, id: string): void {
  run.kills.delete(id);
  turns(kubelet, worker, run);
}
