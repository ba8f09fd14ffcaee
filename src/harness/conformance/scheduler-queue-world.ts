import type { ApiObject } from "../../api/object.ts";
import { objectKey } from "../../api/object.ts";
import type { Request, Response } from "../../api/request.ts";
import type { Pod, PodCondition } from "../../api/types/core-v1.ts";
import { timestamp } from "../../base/time.ts";
import { cast, SECOND } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import type { Io, Tag } from "../../client/component.ts";
import type { Store } from "../../client/informer.ts";
import { applyToStore, emptyStore, listerOf } from "../../client/informer.ts";
import { schedulerConfig } from "../../scheduler/framework/profile.ts";
import { handleInformer } from "../../scheduler/loop/event-handlers.ts";
import { handleReply } from "../../scheduler/loop/replies.ts";
import type { Loop, SchedulerSetup, SchedulerState } from "../../scheduler/loop/state.ts";
import { initialState, loopOf, queueTimes } from "../../scheduler/loop/state.ts";
import { deepEqual } from "./deep-equal.ts";
import { flushBackoff, flushUnschedulable } from "../../scheduler/queue/scheduling-queue.ts";

/** Times of a recorded case, in seconds. */
export interface RecordedTimes {
  readonly podInitialBackoffSeconds?: number;
  readonly podMaxBackoffSeconds?: number;
  readonly podMaxInUnschedulablePodsSeconds?: number;
}

interface Sent {
  readonly request: Request;
  readonly tag: Tag;
}

interface WatchItem {
  readonly resource: string;
  readonly key: string;
  readonly object: ApiObject | undefined;
}

/** A scheduler's loop with the API server of the recorded cases: writes apply at once, watch events wait for `deliver`. */
export interface QueueWorld {
  readonly state: SchedulerState;
  readonly setup: SchedulerSetup;
  readonly maxInUnschedulable: Millis;
  readonly graceful: boolean;
  readonly stores: Map<string, Store>;
  readonly truth: Map<string, ApiObject>;
  readonly watch: WatchItem[];
  readonly held: Map<string, Sent>;
  sent: Sent[];
  now: Millis;
  version: number;
  bindings: number;
  lastBackoffFlush: Millis;
  lastLeftoverFlush: Millis;
}

const PLURALS: { readonly [kind: string]: string } = {
  ReplicaSet: "replicasets.apps",
  StatefulSet: "statefulsets.apps",
  PodDisruptionBudget: "poddisruptionbudgets.policy",
  StorageClass: "storageclasses.storage.k8s.io",
  CSINode: "csinodes.storage.k8s.io",
  CSIDriver: "csidrivers.storage.k8s.io",
  CSIStorageCapacity: "csistoragecapacities.storage.k8s.io",
  VolumeAttachment: "volumeattachments.storage.k8s.io",
  ResourceClaim: "resourceclaims.resource.k8s.io",
  ResourceSlice: "resourceslices.resource.k8s.io",
  DeviceClass: "deviceclasses.resource.k8s.io",
};
const indexes = { namespace: (object: ApiObject): readonly string[] => [object.metadata.namespace ?? ""] };

/** A scheduler that begins at `start`. */
export function newQueueWorld(start: Millis, graceful: boolean, times: RecordedTimes = {}): QueueWorld {
  // The recorded queues were made without the checks of a KubeSchedulerConfiguration.
  const { podMaxInUnschedulablePodsSeconds = 300, ...backoffs } = times;
  const config = { ...schedulerConfig(), ...backoffs };
  return {
    state: { ...initialState(), times: queueTimes(config), started: start, synced: true },
    setup: { config, mutants: new Set() },
    maxInUnschedulable: podMaxInUnschedulablePodsSeconds * SECOND,
    graceful,
    stores: new Map(),
    truth: new Map(),
    watch: [],
    held: new Map(),
    sent: [],
    now: start,
    version: 0,
    bindings: 0,
    lastBackoffFlush: start,
    lastLeftoverFlush: start,
  };
}

/** The loop at this moment; volumes are judged. */
export function loopNow(world: QueueWorld): Loop {
  const io: Io = {
    now: world.now,
    listers: { of: (resource) => listerOf(storeOf(world, resource)) },
    request: (request, tag) => void world.sent.push({ request, tag }),
    timer: () => undefined,
    random: () => 0,
    event: () => undefined,
    trace: () => undefined,
    machine: () => undefined,
    quiet: true,
  };
  const loop = loopOf(world.state, world.setup, io);
  const times = { ...loop.queue.times, maxInUnschedulable: world.maxInUnschedulable };
  return { ...loop, environment: { ...loop.environment, volumes: true }, queue: { ...loop.queue, times } };
}

/** Lets time pass: backoff is flushed at whole seconds, leftovers every 30 s. */
export function advance(world: QueueWorld, to: Millis): void {
  for (;;) {
    const backoff = (Math.floor(world.lastBackoffFlush / SECOND) + 1) * SECOND;
    const leftover = world.lastLeftoverFlush + 30 * SECOND;
    const next = Math.min(backoff, leftover);
    if (next > to) break;
    world.now = next;
    if (backoff === next) {
      world.lastBackoffFlush = next;
      flushBackoff(loopNow(world).queue);
    }
    if (leftover === next) {
      world.lastLeftoverFlush = next;
      flushUnschedulable(loopNow(world).queue);
    }
  }
  world.now = to;
}

/** Stores an object; the watch will tell. */
export function put(world: QueueWorld, object: ApiObject): void {
  const resource = PLURALS[object.kind] ?? `${object.kind.toLowerCase()}s`;
  const key = objectKey(object);
  const phase = object.kind === "Pod" ? cast<Pod>(object).status?.phase : undefined;
  const ended = phase === "Succeeded" || phase === "Failed";
  world.version += 1;
  world.truth.set(`${resource} ${key}`, object);
  const seen = { ...object, metadata: { ...object.metadata, resourceVersion: String(world.version) } };
  world.watch.push({ resource, key, object: ended ? undefined : seen });
}

/** Removes an object; the watch will tell. */
export function erase(world: QueueWorld, kind: string, key: string): void {
  const resource = PLURALS[kind] ?? `${kind.toLowerCase()}s`;
  if (world.truth.delete(`${resource} ${key}`)) world.watch.push({ resource, key, object: undefined });
}

/** Shows the scheduler the oldest change; false when there is none. */
export function deliver(world: QueueWorld): boolean {
  const item = world.watch.shift();
  if (item === undefined) return false;
  const spec = { resource: item.resource, indexes };
  const event = applyToStore(storeOf(world, item.resource), spec, item.key, item.object);
  if (event !== undefined) handleInformer(loopNow(world), event);
  return true;
}

/** Carries out what the scheduler has sent; a Binding is answered by `mode`. */
export function perform(world: QueueWorld, mode: string): void {
  while (world.sent.length > 0) {
    const [one, ...rest] = world.sent;
    world.sent = rest;
    if (one === undefined) return;
    const key = `${one.request.namespace ?? ""}/${one.request.name ?? ""}`;
    if (one.request.subresource !== "binding") write(world, key, one.request);
    else if (mode === "hold") world.held.set(key, one);
    else answerBinding(world, key, one, mode);
  }
}

/** Lets a held binding go on. */
export function release(world: QueueWorld, key: string, mode: string): void {
  const one = world.held.get(key);
  world.held.delete(key);
  if (one !== undefined) answerBinding(world, key, one, mode);
  perform(world, "ok");
}

const REFUSED: Response = {
  ok: false,
  status: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message: "binding refused", code: 500 },
};

function answerBinding(world: QueueWorld, key: string, { request, tag }: Sent, mode: string): void {
  const pod = cast<Pod | undefined>(world.truth.get(`pods ${key}`));
  const body = cast<{ readonly metadata: { readonly uid: string }; readonly target: { readonly name: string } }>(
    request.body,
  );
  const possible =
    mode === "ok" &&
    pod !== undefined &&
    pod.metadata.uid === body.metadata.uid &&
    pod.metadata.deletionTimestamp === undefined &&
    (pod.spec.nodeName ?? "") === "";
  if (!possible) return handleReply(loopNow(world), tag, REFUSED);
  const { nominatedNodeName: _, ...status } = pod.status ?? {};
  const conditions = [{ type: "PodScheduled", status: "True" }];
  const startTime = timestamp(world.bindings * SECOND);
  world.bindings += 1;
  const bound = {
    ...pod,
    spec: { ...pod.spec, nodeName: body.target.name },
    status: { ...status, phase: "Running", conditions, startTime },
  };
  put(world, cast<ApiObject>(bound));
  handleReply(loopNow(world), tag, { ok: true, code: 201, object: cast<ApiObject>(bound) });
}

function write(world: QueueWorld, key: string, { verb, body }: Request): void {
  const pod = cast<Pod | undefined>(world.truth.get(`pods ${key}`));
  if (pod === undefined) return;
  if (verb === "delete") {
    if (!world.graceful) return erase(world, "Pod", key);
    return put(
      world,
      cast<ApiObject>({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: timestamp(world.now) } }),
    );
  }
  const patch = cast<{
    readonly metadata: { readonly uid: string };
    readonly status: { readonly conditions?: readonly PodCondition[]; readonly nominatedNodeName?: string | null };
  }>(body);
  if (patch.metadata.uid !== pod.metadata.uid) return;
  const { nominatedNodeName, ...status } = pod.status ?? {};
  const known = status.conditions ?? [];
  const patched = (patch.status.conditions ?? []).map((one) => ({
    ...known.find(({ type }) => type === one.type),
    ...one,
  }));
  const kept = known.filter(({ type }) => !patched.some((condition) => condition.type === type));
  const same = patched.every((condition) => known.some((one) => deepEqual(one, condition)));
  const node =
    patch.status.nominatedNodeName === undefined ? nominatedNodeName : (patch.status.nominatedNodeName ?? undefined);
  if (same && node === nominatedNodeName) return;
  put(
    world,
    cast<ApiObject>({
      ...pod,
      status: { ...status, conditions: [...kept, ...patched], ...(node !== undefined && { nominatedNodeName: node }) },
    }),
  );
}

function storeOf(world: QueueWorld, resource: string): Store {
  let store = world.stores.get(resource);
  if (store === undefined) {
    store = emptyStore({ resource, indexes });
    world.stores.set(resource, store);
  }
  return store;
}
