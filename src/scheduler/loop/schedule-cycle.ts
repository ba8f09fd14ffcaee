import type { ApiObject } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import { attempt } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { assumePod, forgetPod } from "../cache/cache.ts";
import { boundTo, podKey, podUid } from "../cache/pod-info.ts";
import type { Cycle } from "../framework/cycle.ts";
import type { Profile } from "../framework/profile.ts";
import { isRejected, messageOf } from "../framework/status.ts";
import { doneInFlight } from "../queue/in-flight.ts";
import { withdraw } from "../queue/nominator.ts";
import { popFromQueue } from "../queue/scheduling-queue.ts";
import type { QueuedPodInfo } from "../queue/state.ts";
import { newCycle, runPreFilter } from "../pre-filter.ts";
import { runPermit, runPreBind, runReserve } from "../reserve.ts";
import { beginBinding } from "./binding-cycle.ts";
import { handleFailure, rejectedOn, schedulerError } from "./failure-handler.ts";
import { preemptAsync } from "./async-preemption.ts";
import { preempt } from "./preempt.ts";
import type { Decision, Loop, SchedulerState } from "./state.ts";
import { volumesFailed, volumesLost } from "./volumes.ts";

/**
 * Takes one pod from the queue and finds it a node (upstream's ScheduleOne up to the binding). `between` runs after the
 * search and before what follows from it, and gives the loop to go on with: other things may have happened by then.
 */
export function scheduleOne(first: Loop, between?: () => Loop): void {
  const info = popFromQueue(first.queue);
  const profile = info && profileOf(first, info);
  if (info === undefined || profile === undefined) return;
  let loop = first;
  const made = search(first, profile, info.pod, between && ((): void => void (loop = between())));
  conclude(loop, info, decisionOf(made), made.schedule.cycle);
}

/** Takes one pod from the queue and decides on the snapshot of this moment; what follows of it comes when the attempt ends. */
export function beginAttempt(loop: Loop): SchedulerState["trying"] {
  const info = popFromQueue(loop.queue);
  const profile = info && profileOf(loop, info);
  if (info === undefined || profile === undefined) return undefined;
  return { info, decision: decisionOf(search(loop, profile, info.pod)) };
}

/** Carries out a decision; other things may have happened since. */
export function endAttempt(loop: Loop, { info, decision }: NonNullable<SchedulerState["trying"]>): void {
  const { setup, environment } = loop;
  const { pod } = info;
  const profile = setup.config.profiles.get(pod.spec.schedulerName ?? "default-scheduler");
  if (profile === undefined) return;
  if (decision.node !== undefined && isCounted(loop, pod)) {
    const { uid, namespace = "", name } = pod.metadata;
    const message = `pod ${uid}(${namespace}/${name}) is in the cache, so can't be assumed`;
    handleFailure(loop, info, schedulerError(message));
    return;
  }
  const cycle = newCycle(environment, profile, pod);
  if (decision.node !== undefined) {
    const { verdict } = runPreFilter(cycle, ({ reserve }) => reserve !== undefined);
    const lost = verdict?.plugin === "VolumeBinding" ? verdict : volumesLost(cycle, decision.node);
    if (lost !== undefined) {
      handleFailure(loop, info, volumesFailed(messageOf(lost)));
      return;
    }
  }
  conclude(loop, info, decision, cycle);
}

/** The profile that the popped pod is tried with; undefined when it is not tried. */
function profileOf(loop: Loop, { pod }: QueuedPodInfo): Profile | undefined {
  const profile = loop.setup.config.profiles.get(pod.spec.schedulerName ?? "default-scheduler");
  if (profile !== undefined && !isSkipped(loop, pod)) return profile;
  doneInFlight(loop.state.queue, podUid(pod));
  return undefined;
}

function search({ state, setup, environment }: Loop, profile: Profile, pod: Pod, pause?: () => void): Attempt {
  const { percentageOfNodesToScore } = setup.config;
  const made = attempt(environment, profile, pod, { start: state.nextStartNodeIndex, percentageOfNodesToScore }, pause);
  state.nextStartNodeIndex = made.schedule.nextStart;
  return made;
}

function decisionOf({ schedule, message, postFilter }: Attempt): Decision {
  const { node, failure, diagnosis } = schedule;
  const { unschedulablePlugins, pendingPlugins } = diagnosis;
  return { node, message, failure, unschedulablePlugins, pendingPlugins, result: postFilter?.result };
}

function conclude(loop: Loop, info: QueuedPodInfo, decision: Decision, cycle: Cycle): void {
  const { state, setup, io } = loop;
  const { pod } = info;
  const { node } = decision;
  if (node === undefined) {
    io.trace("unschedulable", podKey(pod), decision.message);
    attemptFailed(loop, info, decision);
    return;
  }
  if (setup.mutants.has("SCH-01") || setup.mutants.has("SCH-02")) state.cache.pods.delete(podUid(pod));
  const assumed = boundTo(pod, node);
  assumePod(state.cache, assumed);
  withdraw(state.nominator, podUid(pod));
  const { verdict, waits } = askPlugins(loop, cycle, node);
  if (verdict !== undefined) {
    forgetPod(state.cache, podUid(pod));
    const failure = isRejected(verdict) ? rejectedOn(node, verdict) : schedulerError(messageOf(verdict));
    handleFailure(loop, info, failure);
    return;
  }
  io.trace("assume", podKey(pod), node);
  beginBinding(loop, info, assumed, cycle, waits);
}

/** What the Reserve and Permit plugins say of the chosen node, and the PreBind plugins where the binding is to follow at once. */
function askPlugins(loop: Loop, cycle: Cycle, name: string): ReturnType<typeof runPermit> {
  const node = cycle.cache.nodes.get(name);
  if (node === undefined) return { waits: new Map() };
  const reserved = runReserve(cycle, node);
  if (reserved !== undefined) return { verdict: reserved, waits: new Map() };
  const permit = runPermit(cycle, node);
  const later = permit.waits.size > 0 || (loop.setup.permitMs ?? 0) > 0;
  if (permit.verdict !== undefined || later) return permit;
  const preBind = runPreBind(cycle, node);
  return preBind === undefined ? permit : { verdict: preBind, waits: permit.waits };
}

/** A pod on its way out, or one that is assumed already, is not tried. */
function isSkipped({ state, io, setup }: Loop, pod: Pod): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) {
    const message = `skip schedule deleting pod: ${podKey(pod)}`;
    io.event({ object: cast<ApiObject>(pod), type: "Warning", reason: "FailedScheduling", message });
    return true;
  }
  return isCounted({ state, setup }, pod);
}

/** Whether the cache has the pod already, so that it must not be assumed. */
function isCounted({ state, setup }: Pick<Loop, "state" | "setup">, pod: Pod): boolean {
  return state.cache.pods.has(podUid(pod)) && !setup.mutants.has("SCH-01") && !setup.mutants.has("SCH-02");
}

function attemptFailed(loop: Loop, info: QueuedPodInfo, decision: Decision): void {
  const { failure, message, result, unschedulablePlugins, pendingPlugins } = decision;
  if (failure?.kind !== "Unschedulable") {
    const error = schedulerError(message);
    handleFailure(loop, info, failure?.kind === "NoNodes" ? { ...error, reason: "Unschedulable" } : error);
    return;
  }
  if (result !== undefined && result.nominatedNodeName !== "")
    (loop.setup.asyncPreemption === true ? preemptAsync : preempt)(loop, info.pod, result);
  handleFailure(loop, info, {
    reason: "Unschedulable",
    message,
    unschedulablePlugins,
    pendingPlugins,
    nominate: result?.nominatedNodeName,
  });
}
