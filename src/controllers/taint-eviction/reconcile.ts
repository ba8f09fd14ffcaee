import type { Millis } from "../../base/units.ts";
import { cast } from "../../base/units.ts";
import type { Node, Pod, Toleration } from "../../api/types/core-v1.ts";
import { nothing } from "../../client/controller.ts";
import type { Intents, Sync } from "../../client/controller.ts";
import type { RecordedEvent } from "../../client/component.ts";
import { disruptionTarget, patchPodStatus } from "../pod-conditions.ts";
import { remove, targetOf } from "../requests.ts";
import { usedTolerations } from "../tolerations.ts";
import { noExecuteTaints } from "./no-execute-taints.ts";

/** A pod that is to be deleted. */
interface Eviction {
  readonly uid: string;
  readonly createdAt: Millis;
  readonly fireAt: Millis;
  /** The deletion was sent; nothing more is scheduled for this pod. */
  readonly sent: boolean;
}

/** Evictions by pod key. */
export interface TaintEvictionMemory {
  readonly evictions: ReadonlyMap<string, Eviction>;
}

type Result = Intents<TaintEvictionMemory>;
const REASON = { reason: "DeletionByTaintManager", message: "Taint manager: deleting due to NoExecute taint" };

/** Schedules, keeps, cancels or carries out the eviction of one pod. */
export function reconcileTaintEviction(sync: Sync<TaintEvictionMemory>): Result {
  const { key, listers, now, memory } = sync;
  const pod = cast<Pod | undefined>(listers.of("pods").get(key));
  const known = memory.evictions.get(key);
  if (pod === undefined) return known === undefined ? nothing : { writes: [], memory: without(memory, key) };
  const current = known?.uid === pod.metadata.uid ? known : undefined;
  if (sync.replies.length > 0) return afterEviction(sync, current);
  if (current?.sent === true) return nothing;
  if (current !== undefined && current.fireAt <= now) return evict(sync, pod, current);
  const taints = noExecuteTaints(cast<Node | undefined>(listers.of("nodes").get(pod.spec.nodeName ?? "")));
  if (taints.length === 0) return cancel(sync, pod, current);
  const used = usedTolerations(taints, pod.spec.tolerations);
  if (used === undefined) return evict(sync, pod, { uid: pod.metadata.uid, createdAt: now, fireAt: now, sent: false });
  const patience = shortest(used);
  if (patience === undefined) return cancel(sync, pod, current);
  // A timer that is already running is kept, whatever the new shortest toleration is.
  if (current !== undefined && current.createdAt < now) return { writes: [], requeueAfter: current.fireAt - now };
  const eviction = { uid: pod.metadata.uid, createdAt: now, fireAt: now + patience, sent: false };
  if (patience <= 0) return evict(sync, pod, eviction);
  return { writes: [], requeueAfter: patience, memory: withEviction(memory, key, eviction) };
}

/** The shortest toleration in milliseconds; undefined when all are for ever. */
function shortest(used: readonly Toleration[]): Millis | undefined {
  let min = Number.POSITIVE_INFINITY;
  for (const { tolerationSeconds } of used)
    if (tolerationSeconds !== undefined) min = Math.min(min, Math.max(0, tolerationSeconds) * 1000);
  return Number.isFinite(min) ? min : undefined;
}

function evict({ key, now, memory }: Sync<TaintEvictionMemory>, pod: Pod, eviction: Eviction): Result {
  const condition = disruptionTarget(pod, REASON, now);
  return {
    writes: [[patchPodStatus(pod, { conditions: [condition] })], [remove(targetOf("pods", pod))]],
    events: [eventOf(pod, `Marking for deletion Pod ${key}`)],
    memory: withEviction(memory, key, eviction),
    then: "replies",
  };
}

/** A refusal is tried again; else the pod is done with. */
function afterEviction({ key, memory, replies }: Sync<TaintEvictionMemory>, current: Eviction | undefined): Result {
  for (const { response } of replies)
    if (!response.ok && response.status.reason !== "NotFound")
      return { writes: [], failed: response.status.message ?? "the pod could not be deleted" };
  if (current === undefined) return nothing;
  return { writes: [], memory: withEviction(memory, key, { ...current, sent: true }) };
}

function cancel({ key, memory }: Sync<TaintEvictionMemory>, pod: Pod, current: Eviction | undefined): Result {
  if (current === undefined) return nothing;
  return { writes: [], events: [eventOf(pod, `Cancelling deletion of Pod ${key}`)], memory: without(memory, key) };
}

function eventOf(pod: Pod, message: string): RecordedEvent {
  return { object: pod, type: "Normal", reason: "TaintManagerEviction", message };
}

function withEviction({ evictions }: TaintEvictionMemory, key: string, eviction: Eviction): TaintEvictionMemory {
  return { evictions: new Map(evictions).set(key, eviction) };
}

function without({ evictions }: TaintEvictionMemory, key: string): TaintEvictionMemory {
  const rest = new Map(evictions);
  rest.delete(key);
  return { evictions: rest };
}
