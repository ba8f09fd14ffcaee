import type { ApiObject } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import { attempt } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { assumePod, forgetPod } from "../cache/cache.ts";
import { boundTo, podKey, podUid } from "../cache/pod-info.ts";
import { noteStatus } from "../filter-nodes.ts";
import { emptyDiagnosis, fitErrorMessage } from "../fit-error.ts";
import { isRejected, messageOf } from "../framework/status.ts";
import { doneInFlight } from "../queue/in-flight.ts";
import { withdraw } from "../queue/nominator.ts";
import { popFromQueue } from "../queue/scheduling-queue.ts";
import type { QueuedPodInfo } from "../queue/state.ts";
import { runPermitAndPreBind, runReserve } from "../reserve.ts";
import { sendBinding } from "./bind.ts";
import { handleFailure, schedulerError } from "./failure-handler.ts";
import { preemptAsync } from "./async-preemption.ts";
import { preempt } from "./preempt.ts";
import type { Loop } from "./state.ts";
import { assumeVolumes } from "./volumes.ts";

/** Takes one pod from the queue and finds it a node (upstream's ScheduleOne up to the binding). */
export function scheduleOne(loop: Loop, between?: () => Loop): void {
  const info = popFromQueue(loop.queue);
  if (info !== undefined) tryPod(loop, info, between);
}

/**
 * Finds a popped pod a node. `between` runs after the search and before what follows from it, and gives the loop to go on
 * with: other things may have happened by then.
 */
export function tryPod(first: Loop, info: QueuedPodInfo, between?: () => Loop): void {
  const { state, setup, environment } = first;
  const { pod } = info;
  const profile = setup.config.profiles.get(pod.spec.schedulerName ?? "default-scheduler");
  if (profile === undefined || isSkipped(first, pod)) {
    doneInFlight(state.queue, podUid(pod));
    return;
  }
  const { percentageOfNodesToScore } = setup.config;
  let loop = first;
  const pause = between && ((): void => void (loop = between()));
  const made = attempt(environment, profile, pod, { start: state.nextStartNodeIndex, percentageOfNodesToScore }, pause);
  const { io } = loop;
  state.nextStartNodeIndex = made.schedule.nextStart;
  const { node } = made.schedule;
  if (node === undefined) {
    io.trace("unschedulable", podKey(pod), made.message);
    attemptFailed(loop, info, made);
    return;
  }
  if (setup.mutants.has("SCH-01") || setup.mutants.has("SCH-02")) state.cache.pods.delete(podUid(pod));
  const assumed = boundTo(pod, node);
  assumePod(state.cache, assumed);
  withdraw(state.nominator, podUid(pod));
  if (!reserved(loop, info, made, node)) return;
  const volumes = assumeVolumes(loop, made.schedule.cycle, node);
  doneInFlight(state.queue, podUid(pod));
  state.binding.set(podUid(pod), { info, assumed, node, ...(volumes !== undefined && { volumes }) });
  io.trace("assume", podKey(pod), node);
  if (volumes === undefined) sendBinding(loop, profile, pod, node);
}

/** Whether the Reserve, Permit and PreBind plugins agree; otherwise the assumption is taken back and the pod is tried again. */
function reserved(loop: Loop, info: QueuedPodInfo, { schedule }: Attempt, name: string): boolean {
  const { cycle } = schedule;
  const node = cycle.cache.nodes.get(name);
  const verdict = node && (runReserve(cycle, node) ?? runPermitAndPreBind(cycle, node));
  if (verdict === undefined || node === undefined) return true;
  forgetPod(loop.state.cache, podUid(info.pod));
  if (!isRejected(verdict)) {
    handleFailure(loop, info, schedulerError(messageOf(verdict)));
    return false;
  }
  const diagnosis = emptyDiagnosis();
  diagnosis.nodes.set(name, verdict);
  noteStatus(diagnosis, verdict);
  handleFailure(loop, info, {
    reason: "Unschedulable",
    message: fitErrorMessage(1, diagnosis),
    unschedulablePlugins: diagnosis.unschedulablePlugins,
    pendingPlugins: diagnosis.pendingPlugins,
    nominate: "",
  });
  return false;
}

/** A pod on its way out, or one that is assumed already, is not tried. */
function isSkipped({ state, io, setup }: Loop, pod: Pod): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) {
    const message = `skip schedule deleting pod: ${podKey(pod)}`;
    io.event({ object: cast<ApiObject>(pod), type: "Warning", reason: "FailedScheduling", message });
    return true;
  }
  return state.cache.pods.has(podUid(pod)) && !setup.mutants.has("SCH-01") && !setup.mutants.has("SCH-02");
}

function attemptFailed(loop: Loop, info: QueuedPodInfo, { schedule, message, postFilter }: Attempt): void {
  const { failure, diagnosis } = schedule;
  if (failure?.kind !== "Unschedulable") {
    const error = schedulerError(message);
    handleFailure(loop, info, failure?.kind === "NoNodes" ? { ...error, reason: "Unschedulable" } : error);
    return;
  }
  const result = postFilter?.result;
  if (result !== undefined && result.nominatedNodeName !== "")
    (loop.setup.asyncPreemption === true ? preemptAsync : preempt)(loop, info.pod, result);
  handleFailure(loop, info, {
    reason: "Unschedulable",
    message,
    unschedulablePlugins: diagnosis.unschedulablePlugins,
    pendingPlugins: diagnosis.pendingPlugins,
    nominate: result?.nominatedNodeName,
  });
}
