import type { Pod } from "../../api/types/core-v1.ts";
import type { Millis } from "../../base/units.ts";
import { forgetPod } from "../cache/cache.ts";
import { podUid } from "../cache/pod-info.ts";
import type { Cycle } from "../framework/cycle.ts";
import type { Profile } from "../framework/profile.ts";
import type { Status } from "../framework/status.ts";
import { isRejected, messageOf } from "../framework/status.ts";
import { newCycle, runPreFilter } from "../pre-filter.ts";
import { ASSIGNED_POD_DELETE } from "../queue/derived-events.ts";
import { doneInFlight } from "../queue/in-flight.ts";
import { moveAll } from "../queue/scheduling-queue.ts";
import type { QueuedPodInfo } from "../queue/state.ts";
import { runPreBind, unreserve } from "../reserve.ts";
import { expectBinding, sendBinding } from "./bind.ts";
import { handleFailure, rejectedOn, schedulerError } from "./failure-handler.ts";
import type { Binding, Loop } from "./state.ts";
import { assumeVolumes, volumesChanged } from "./volumes.ts";
import { beginWait } from "./waiting-pods.ts";

/** Begins the binding cycle of an assumed pod. `waits`: how long which Permit plugins let it wait at most. */
export function beginBinding(
  loop: Loop,
  info: QueuedPodInfo,
  assumed: Pod,
  cycle: Cycle,
  waits: ReadonlyMap<string, Millis>,
): void {
  const { state, setup, io } = loop;
  const { pod, profile } = cycle;
  const { nodeName: node = "" } = assumed.spec;
  const uid = podUid(pod);
  const volumes = assumeVolumes(loop, cycle, node);
  const { permitMs = 0 } = setup;
  const wait = waits.size === 0 ? undefined : beginWait(io, uid, info.attempts, waits);
  const permitted = wait === undefined && permitMs === 0;
  state.binding.set(uid, {
    info,
    assumed,
    node,
    permitted,
    ...(wait !== undefined && { wait }),
    ...(volumes !== undefined && { volumes }),
  });
  if (wait !== undefined && volumes === undefined) expectBinding(io, pod, node);
  if (!permitted) {
    if (wait === undefined) io.timer(io.now + permitMs, { type: "permitted", uid, attempt: info.attempts });
    return;
  }
  doneInFlight(state.queue, uid);
  if (volumes === undefined) sendBinding(loop, profile, pod, node);
}

/** The binding cycle of a pod goes on: allowed, it is no longer in flight; else the assumption is taken back. */
export function endPermit(loop: Loop, uid: string, attempt: number): void {
  const { state, setup } = loop;
  const binding = state.binding.get(uid);
  if (binding === undefined || binding.permitted || binding.info.attempts !== attempt) return;
  const { info, node, volumes, wait } = binding;
  const profile = setup.config.profiles.get(info.pod.spec.schedulerName ?? "default-scheduler");
  if (profile === undefined) return;
  if (wait?.verdict !== undefined) {
    giveUp(loop, profile, binding, wait.verdict);
    return;
  }
  doneInFlight(state.queue, uid);
  const cycle = cycleOf(loop, profile, info.pod);
  const target = cycle.cache.nodes.get(node);
  const verdict = target && runPreBind(cycle, target);
  if (verdict !== undefined) {
    giveUp(loop, profile, binding, { ...verdict, code: "Error" });
    return;
  }
  state.binding.set(uid, { ...binding, permitted: true });
  if (volumes !== undefined) volumesChanged(loop);
  else sendBinding(loop, profile, info.pod, node);
}

/** Takes the assumption back and tries the pod again (upstream's handleBindingCycleError). */
function giveUp(loop: Loop, profile: Profile, binding: Binding, verdict: Status): void {
  const { state, queue } = loop;
  const { info, assumed, node: name, volumes, wait } = binding;
  const uid = podUid(info.pod);
  const cycle = cycleOf(loop, profile, info.pod);
  const node = cycle.cache.nodes.get(name);
  if (node !== undefined) unreserve(cycle, node);
  state.binding.delete(uid);
  for (const key of volumes?.assumed ?? []) state.assumedVolumes.delete(key);
  forgetPod(state.cache, uid);
  if (isRejected(verdict)) {
    handleFailure(loop, info, rejectedOn(name, verdict));
    moveAll(queue, ASSIGNED_POD_DELETE, assumed, undefined, (other) => podUid(other) !== uid);
    return;
  }
  moveAll(queue, ASSIGNED_POD_DELETE, assumed);
  const message = messageOf(verdict);
  const waited = wait?.verdict === verdict;
  handleFailure(loop, info, schedulerError(waited ? `waiting on permit for pod: ${message}` : message));
}

/** A cycle in which plugins find what they noted before the search. */
function cycleOf({ environment }: Loop, profile: Profile, pod: Pod): Cycle {
  const cycle = newCycle(environment, profile, pod);
  runPreFilter(cycle, ({ reserve, preBind }) => reserve !== undefined || preBind !== undefined);
  return cycle;
}
