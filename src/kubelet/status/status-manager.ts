import type { Draft } from "../../base/draft.ts";
import { withField } from "../../base/with-field.ts";
import { deepEqual } from "../../api/equal.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Response } from "../../api/request.ts";
import type { Pod, PodCondition, PodStatus } from "../../api/types/core-v1.ts";
import { timestamp } from "../../base/time.ts";
import { SECOND, cast } from "../../base/units.ts";
import { podRequest } from "../requests.ts";
import type { Kubelet, PodWorker } from "../state.ts";
import { mutant } from "../state.ts";
import { wakeAt } from "../wakes.ts";
import { endedVerdict, ownedByKubelet } from "./conditions.ts";
import { isTerminalPhase } from "./pod-status.ts";

/** Period of the status manager's full reconcile: a status that failed to reach the API is sent again after so long. */
const RETRY = 10 * SECOND;

/** Takes a computed status: keeps the times of what has not changed, and sends it if it is new. */
export function setStatus(kubelet: Kubelet, worker: PodWorker, computed: PodStatus): void {
  const old = worker.status ?? worker.pod.status ?? {};
  const now = timestamp(kubelet.io.now);
  const conditions = computed.conditions?.map((c) => withTransition(c, old.conditions, now));
  const timed = withField(computed, "startTime", old.startTime ?? computed.startTime ?? now);
  const status = conditions === undefined ? timed : withField(timed, "conditions", conditions);
  if (worker.status !== undefined && deepEqual(worker.status, status)) {
    // A terminal phase that was held back may go now.
    if (worker.stopped) sendStatus(kubelet, worker);
    return;
  }
  worker.status = status;
  sendStatus(kubelet, worker);
}

function withTransition(condition: PodCondition, old: readonly PodCondition[] | undefined, now: string): PodCondition {
  const before = ofType(old, condition.type);
  if (before === condition) return condition;
  const same = before !== undefined && before.status === condition.status;
  const since = same ? (before.lastTransitionTime ?? now) : now;
  const { lastTransitionTime, lastProbeTime, type, status, observedGeneration, reason, message } = condition;
  if (lastTransitionTime === since) return condition;
  const timed: Draft<PodCondition> = { lastTransitionTime: since, type, status };
  if (observedGeneration !== undefined) timed.observedGeneration = observedGeneration;
  if (reason !== undefined) timed.reason = reason;
  if (message !== undefined) timed.message = message;
  if (lastProbeTime !== undefined) timed.lastProbeTime = lastProbeTime;
  return timed;
}

/** Sends what the API does not know yet; one patch of a pod at a time, the newest status wins. */
export function sendStatus(kubelet: Kubelet, worker: PodWorker): void {
  if (worker.statusInFlight || worker.status === undefined || worker.gone) return;
  if (worker.apiInDoubt) return readStatus(kubelet, worker);
  const api = worker.api ?? {};
  const patch = statusPatch(api, mergeStatus(api, worker.status, worker.stopped));
  worker.statusRetryAt = undefined;
  if (patch === undefined) return;
  worker.statusInFlight = true;
  kubelet.io.request(
    podRequest(worker, {
      verb: "patch",
      subresource: "status",
      patchType: "strategic",
      body: { metadata: { uid: worker.uid }, status: patch },
    }),
    { type: "status", uid: worker.uid },
  );
}

/** A status that someone else has changed in the API is put right at the next full reconcile. */
export function reconcileStatus(kubelet: Kubelet, worker: PodWorker): void {
  const { status, api, statusRetryAt } = worker;
  if (status === undefined || statusRetryAt !== undefined || worker.gone || mutant(kubelet, "NOD-03")) return;
  if (statusPatch(api ?? {}, mergeStatus(api ?? {}, status, worker.stopped)) === undefined) return;
  const { startedAt } = kubelet.state;
  worker.statusRetryAt = startedAt + (Math.floor((kubelet.io.now - startedAt) / RETRY) + 1) * RETRY;
  wakeAt(kubelet, worker.statusRetryAt, "status", worker.uid);
}

/** The answer to a patch of a status. */
export function statusReply(kubelet: Kubelet, worker: PodWorker, response: Response): void {
  worker.statusInFlight = false;
  if (response.ok) {
    if ("object" in response) worker.api = cast<Pod>(response.object).status;
    sendStatus(kubelet, worker);
    if (!worker.statusInFlight && "object" in response && isNewer(worker.pod, response.object)) {
      // Someone wrote after this patch, and the watch was faster than the answer.
      worker.api = worker.pod.status;
      reconcileStatus(kubelet, worker);
    }
    return;
  }
  if (response.status.code === 404 || response.status.code === 409) return;
  worker.apiInDoubt = true;
  retryLater(kubelet, worker);
}

function isNewer(pod: Pod, than: ApiObject): boolean {
  return Number(pod.metadata.resourceVersion) > Number(than.metadata.resourceVersion);
}

/** After a patch without an answer nobody knows what the API has: it is read before the next one (upstream reads it always). */
function readStatus(kubelet: Kubelet, worker: PodWorker): void {
  worker.statusRetryAt = undefined;
  worker.statusInFlight = true;
  kubelet.io.request(podRequest(worker, { verb: "get" }), { type: "statusRead", uid: worker.uid });
}

/** The answer to a read of the pod before its status is patched again. */
export function statusRead(kubelet: Kubelet, worker: PodWorker, response: Response): void {
  worker.statusInFlight = false;
  if (!response.ok) {
    if (response.status.code !== 404) retryLater(kubelet, worker);
    return;
  }
  if (!("object" in response) || response.object.metadata.uid !== worker.uid) return;
  worker.apiInDoubt = false;
  worker.api = cast<Pod>(response.object).status;
  sendStatus(kubelet, worker);
}

function retryLater(kubelet: Kubelet, worker: PodWorker): void {
  worker.statusRetryAt = kubelet.io.now + RETRY;
  wakeAt(kubelet, worker.statusRetryAt, "status", worker.uid);
}

/** What is sent of a status: foreign conditions stay, and a terminal phase waits until nothing runs (mergePodStatus). */
export function mergeStatus(api: PodStatus, status: PodStatus, stopped: boolean): PodStatus {
  const ends = !isTerminalPhase(api.phase) && isTerminalPhase(status.phase);
  const conditions: PodCondition[] = [];
  for (const condition of api.conditions ?? NO_CONDITIONS)
    if (!ownedByKubelet(condition.type)) conditions.push(condition);
  for (const condition of status.conditions ?? []) {
    if (ownedByKubelet(condition.type)) conditions.push(condition);
    else if (condition.type === "DisruptionTarget" && ends && stopped) {
      const at = conditions.findIndex((c) => c.type === condition.type);
      if (at < 0) conditions.push(condition);
      else conditions[at] = condition;
    }
  }
  const merged: Draft<PodStatus> = { ...status };
  merged.conditions = conditions;
  if (ends && !stopped) {
    delete merged.reason;
    delete merged.message;
    merged.phase = api.phase ?? "Pending";
    if (api.reason !== undefined) merged.reason = api.reason;
    if (api.message !== undefined) merged.message = api.message;
  }
  if (isTerminalPhase(merged.phase)) {
    const verdict = endedVerdict(merged.phase ?? "");
    merged.conditions = conditions.map((c) =>
      (c.type === "Ready" || c.type === "ContainersReady") && c.status === "True" ? { ...c, ...verdict } : c,
    );
  }
  return merged;
}

/** The strategic merge patch from one status to another; undefined when there is nothing to change. */
export function statusPatch(api: PodStatus, status: PodStatus): { readonly [field: string]: unknown } | undefined {
  const patch: { [field: string]: unknown } = {};
  // Named one by one and not in a loop over names: this is compared for every pod at every sync.
  change(patch, "phase", api.phase, status.phase);
  change(patch, "reason", api.reason, status.reason);
  change(patch, "message", api.message, status.message);
  change(patch, "observedGeneration", api.observedGeneration, status.observedGeneration);
  change(patch, "hostIP", api.hostIP, status.hostIP);
  change(patch, "hostIPs", api.hostIPs, status.hostIPs);
  change(patch, "podIP", api.podIP, status.podIP);
  const podIPs = api.podIPs === undefined ? status.podIPs : [{ $patch: "replace" }, ...(status.podIPs ?? [])];
  if (!deepEqual(api.podIPs, status.podIPs)) patch.podIPs = status.podIPs === undefined ? null : podIPs;
  change(patch, "startTime", api.startTime, status.startTime);
  change(patch, "containerStatuses", api.containerStatuses, status.containerStatuses);
  change(patch, "initContainerStatuses", api.initContainerStatuses, status.initContainerStatuses);
  change(patch, "ephemeralContainerStatuses", api.ephemeralContainerStatuses, status.ephemeralContainerStatuses);
  change(patch, "qosClass", api.qosClass, status.qosClass);
  change(patch, "resources", api.resources, status.resources);
  change(patch, "allocatedResources", api.allocatedResources, status.allocatedResources);
  const before = api.conditions ?? NO_CONDITIONS;
  const after = status.conditions ?? NO_CONDITIONS;
  const changed: unknown[] = [];
  for (const condition of after) {
    const old = ofType(before, condition.type);
    if (old === undefined || !sameCondition(old, condition)) changed.push(nulled(condition, old));
  }
  for (const { type } of before) {
    if (ownedByKubelet(type) && ofType(after, type) === undefined) changed.push({ type, $patch: "delete" });
  }
  if (changed.length > 0) {
    patch.conditions = changed;
    patch["$setElementOrder/conditions"] = after.map(({ type }) => ({ type }));
  }
  for (const _ in patch) return patch;
  return undefined;
}

const NO_CONDITIONS: readonly PodCondition[] = [];

/** The condition of a type. HOT: a loop, for it is asked for every condition at every sync. */
function ofType(conditions: readonly PodCondition[] | undefined, type: string): PodCondition | undefined {
  for (const condition of conditions ?? NO_CONDITIONS) if (condition.type === type) return condition;
  return undefined;
}

/** Notes a field that differs; null removes it. */
function change(patch: { [field: string]: unknown }, field: string, from: unknown, to: unknown): void {
  if (from !== to && !deepEqual(from, to)) patch[field] = to === undefined ? null : to;
}

/** A changed condition, with null for the fields that it has lost. */
function nulled(condition: PodCondition, old: PodCondition | undefined): { readonly [field: string]: unknown } {
  let shown: { readonly [field: string]: unknown } = { ...condition };
  if (old?.reason !== undefined && condition.reason === undefined) shown = withField(shown, "reason", null);
  if (old?.message !== undefined && condition.message === undefined) shown = withField(shown, "message", null);
  return shown;
}

/** Equality of two conditions of a type; a null field (lastProbeTime, as the API server writes it) counts as absent. */
function sameCondition(a: PodCondition, b: PodCondition): boolean {
  return (
    a.status === b.status &&
    a.lastTransitionTime === b.lastTransitionTime &&
    (a.reason ?? undefined) === (b.reason ?? undefined) &&
    (a.message ?? undefined) === (b.message ?? undefined) &&
    (a.observedGeneration ?? undefined) === (b.observedGeneration ?? undefined) &&
    (a.lastProbeTime ?? undefined) === (b.lastProbeTime ?? undefined)
  );
}
