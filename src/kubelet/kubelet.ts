import type { Component, ComponentEvent } from "../client/component.ts";
import type { Response } from "../api/request.ts";
import { SECOND, cast } from "../base/units.ts";
import type { KubeletConfig } from "./config.ts";
import type { Answer, MachineEvent, PodChange } from "./cri/runtime-state.ts";
import { turns } from "./kill.ts";
import { armLease, leaseReply, leaseWake, renewLease } from "./node/lease.ts";
import {
  armReport,
  nodeChanged,
  nodeStatusReply,
  registerNode,
  registerReply,
  reportNodeStatus,
} from "./node/node-status.ts";
import { adoptPods, deadlineWake, podChanged, restartPod } from "./pod-config.ts";
import { deleteFromApi, pump, resume, trigger } from "./pod-worker.ts";
import { probeWake } from "./probes/prober.ts";
import { relistAtNextTick, relistRound, removeOldContainers } from "./relist.ts";
import type { Kubelet, KubeletState, PodWorker } from "./state.ts";
import { initialState } from "./state.ts";
import { sendStatus, statusRead, statusReply } from "./status/status-manager.ts";
import { answered, configAnswered, mountAgain } from "./sync-run.ts";
import type { Wake } from "./wakes.ts";
import { arm, takeWake, wakeAt } from "./wakes.ts";

/** A DELETE that failed is sent again after so long. */
const DELETE_RETRY = 10 * SECOND;

/** The kubelet of one node. */
export function kubeletComponent(config: KubeletConfig): Component<KubeletState> {
  return {
    name: `kubelet/${config.node}`,
    watches: [
      { resource: "pods", fieldSelector: `spec.nodeName=${config.node}` },
      { resource: "nodes", fieldSelector: `metadata.name=${config.node}` },
    ],
    init: initialState,
    handle(state, event, io) {
      handle({ config, state, io, trigger }, event);
    },
  };
}

function handle(kubelet: Kubelet, event: ComponentEvent): void {
  const { state, io } = kubelet;
  switch (event.type) {
    case "start":
      state.startedAt = io.now;
      io.machine({ type: "List", client: state.startedAt });
      registerNode(kubelet);
      return;
    case "synced":
      state.synced = true;
      begin(kubelet);
      return;
    case "informer":
      if (!state.synced || !state.listed) return;
      for (const change of event.events) {
        if (change.resource === "pods") podChanged(kubelet, change);
        else nodeChanged(kubelet, change.after);
      }
      return;
    case "reply":
      reply(kubelet, event);
      return;
    case "timer":
      state.armed.delete(cast<{ at: number }>(event.tag).at);
      for (let wake = takeWake(kubelet); wake !== undefined; wake = takeWake(kubelet)) woken(kubelet, wake);
      state.tickedAt = io.now;
      arm(kubelet, io.now);
      return;
    case "machine":
      if (event.event.type === "disturbed") armLease(kubelet);
      else if (event.event.type !== "calm") machineTold(kubelet, cast<MachineEvent>(event.event));
      return;
  }
}

/** Both the API's pods and the runtime's are known. */
function begin(kubelet: Kubelet): void {
  if (!kubelet.state.synced || !kubelet.state.listed) return;
  renewLease(kubelet);
  armLease(kubelet);
  adoptPods(kubelet);
}

function reply(kubelet: Kubelet, event: Extract<ComponentEvent, { type: "reply" }>): void {
  const { tag, request, response } = event;
  if (tag.type === "register") registerReply(kubelet, response);
  else if (tag.type === "lease") leaseReply(kubelet, request, response);
  else if (tag.type === "nodeStatus") nodeStatusReply(kubelet, response);
  const worker = kubelet.state.workers.get(String(tag.uid));
  if (worker === undefined) return;
  if (tag.type === "status") {
    statusReply(kubelet, worker, response);
    deleteFromApi(kubelet, worker);
  } else if (tag.type === "statusRead") {
    statusRead(kubelet, worker, response);
    deleteFromApi(kubelet, worker);
  } else if (tag.type === "config") {
    const { run } = worker;
    if (run !== undefined && configAnswered(kubelet, worker, run, String(tag.key), response))
      resume(kubelet, worker, run);
  } else if (tag.type === "delete") deleteReply(kubelet, worker, response);
}

function deleteReply(kubelet: Kubelet, worker: PodWorker, response: Response): void {
  worker.deleteInFlight = false;
  if (response.ok || response.status.code === 404 || response.status.code === 409) return;
  wakeAt(kubelet, kubelet.io.now + DELETE_RETRY, "delete", worker.uid);
}

function machineTold(kubelet: Kubelet, event: MachineEvent): void {
  const { state } = kubelet;
  if (event.type === "list") {
    if (event.client !== state.startedAt) return;
    for (const pod of event.pods) state.runtime.set(pod.uid, pod);
    for (const image of event.images) state.images.add(image);
    state.imagesAbsent = event.imagesAbsent === undefined ? undefined : new Set(event.imagesAbsent);
    state.listed = true;
    begin(kubelet);
    return;
  }
  if (!state.listed) return;
  for (const change of event.changes) runtimeChanged(kubelet, change);
  for (const answer of event.answers) takeAnswer(kubelet, answer);
}

function runtimeChanged(kubelet: Kubelet, { uid, pod }: PodChange): void {
  const { state } = kubelet;
  const before = state.runtime.get(uid);
  if (pod === undefined) state.runtime.delete(uid);
  else state.runtime.set(uid, pod);
  const worker = state.workers.get(uid);
  if (worker === undefined) return;
  const removedOnly =
    before !== undefined &&
    (pod?.containers ?? []).every((r) => before.containers.includes(r)) &&
    pod?.sandboxes[0] === before.sandboxes[0];
  if (!removedOnly) worker.changed = true;
  if (worker.run === undefined || worker.run.kind === "sync") relistUnlessBusy(kubelet, worker, removedOnly);
}

/** Changes that a sync makes itself are looked at when it ends. */
function relistUnlessBusy(kubelet: Kubelet, worker: PodWorker, removedOnly: boolean): void {
  if (worker.run !== undefined || worker.stage === "finished") return;
  if (removedOnly) worker.cache = kubelet.state.runtime.get(worker.uid);
  else relistAtNextTick(kubelet, worker);
}

function takeAnswer(kubelet: Kubelet, answer: Answer): void {
  const { state } = kubelet;
  if (answer.client !== state.startedAt) return;
  const pending = state.calls.get(answer.id);
  if (pending === undefined) return;
  state.calls.delete(answer.id);
  const worker = state.workers.get(pending.uid);
  if (worker?.run === undefined) return;
  answered(kubelet, worker, worker.run, pending, answer);
  resume(kubelet, worker, worker.run);
}

function woken(kubelet: Kubelet, wake: Wake): void {
  const { state } = kubelet;
  if (wake.kind === "relist") {
    if (state.relistAt !== wake.at) return;
    for (const worker of relistRound(kubelet)) {
      if (worker.wanted && worker.stage === "sync") removeOldContainers(kubelet, worker);
      pump(kubelet, worker);
    }
    return;
  }
  if (wake.kind === "lease") leaseWake(kubelet, wake.detail);
  else if (wake.kind === "restart") restartPod(kubelet, wake.uid, wake.detail);
  else if (wake.kind === "register") registerNode(kubelet);
  else if (wake.kind === "nodeStatus") {
    if (wake.detail === "correct") reportNodeStatus(kubelet);
    else if (!kubelet.io.quiet) {
      reportNodeStatus(kubelet);
      armReport(kubelet);
    }
  }
  const worker = state.workers.get(wake.uid);
  if (worker !== undefined) workerWoken(kubelet, worker, wake);
}

function workerWoken(kubelet: Kubelet, worker: PodWorker, wake: Wake): void {
  switch (wake.kind) {
    case "sync":
      if (worker.requeueAt === wake.at) trigger(kubelet, worker);
      return;
    case "probe":
      probeWake(kubelet, worker, wake.detail, wake.at);
      return;
    case "status":
      if (worker.statusRetryAt === wake.at) sendStatus(kubelet, worker);
      return;
    case "turn":
      if (worker.run !== undefined) turns(kubelet, worker, worker.run);
      return;
    case "mount":
      if (worker.mountAt !== wake.at || worker.run === undefined) return;
      mountAgain(worker, worker.run);
      resume(kubelet, worker, worker.run);
      return;
    case "deadline":
      deadlineWake(kubelet, worker);
      return;
    case "delete":
      deleteFromApi(kubelet, worker);
      return;
    default:
      return;
  }
}
