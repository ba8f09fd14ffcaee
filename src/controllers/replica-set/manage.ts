import type { Pod } from "../../api/types/core-v1.ts";
import type { RecordedEvent } from "../../client/component.ts";
import type { Intents, Reply, Sync, Write } from "../../client/controller.ts";
import { cast } from "../../base/units.ts";
import { BY_CONTROLLER } from "../indexes.ts";
import { controllerOf } from "../../api/object.ts";
import { isActive } from "../pods.ts";
import { podFromTemplate } from "../pod-from-template.ts";
import { create, noteOf, objectOf, remove, targetOf } from "../requests.ts";
import type { ReplicaKind, ReplicaOwner } from "./kinds.ts";
import { compareForDeletion } from "./pod-order.ts";
import type { Failure } from "./status.ts";

/** Pods made or removed per sync at most. */
const BURST = 500;

/** What a batch of creations remembers: how many more are to follow, and its own size. */
interface Batch {
  readonly left: number;
  readonly size: number;
}

/** What became of the pods that this sync wanted to make or remove. */
export interface Managed {
  /** The next batch, if the sync is not at its end. */
  readonly next?: Intents<never>;
  readonly failure?: Failure;
  readonly events: readonly RecordedEvent[];
}

const NO_EVENTS: readonly RecordedEvent[] = [];

/** Starts or goes on with bringing the number of active pods to spec.replicas. */
export function manageReplicas(kind: ReplicaKind, owner: ReplicaOwner, active: readonly Pod[], sync: Sync): Managed {
  if (sync.replies.length > 0) return afterBatch(owner, sync.replies);
  const surplus = active.length - (owner.spec.replicas ?? 1);
  if (surplus < 0) return { next: batchOf(owner, Math.min(BURST, -surplus), 1), events: NO_EVENTS };
  if (surplus > 0) return { next: deletions(kind, owner, active, Math.min(BURST, surplus), sync), events: NO_EVENTS };
  return { events: NO_EVENTS };
}

/** Slow start: batches of 1, 2, 4… pods; a refusal ends the series. */
function batchOf(owner: ReplicaOwner, wanted: number, atMost: number): Intents<never> {
  const size = Math.min(wanted, atMost);
  const note: Batch = { left: wanted - size, size };
  const body = podFromTemplate(owner, owner.spec.template, `${owner.metadata.name}-`);
  const write: Write = { expect: { kind: "creation" }, note, ...create("pods", owner.metadata.namespace, body) };
  return { writes: [Array.from({ length: size }, () => write)], then: "replies" };
}

function afterBatch(owner: ReplicaOwner, replies: readonly Reply[]): Managed {
  const last = noteOf<Batch>(replies.at(-1));
  const batch = last === undefined ? replies : replies.slice(-last.size);
  const events: RecordedEvent[] = [];
  let failure: Failure | undefined;
  for (const reply of batch) {
    const outcome = outcomeOf(owner, reply);
    if (outcome.event !== undefined) events.push(outcome.event);
    failure ??= outcome.failure;
  }
  if (failure === undefined && last !== undefined && last.left > 0)
    return { next: { events, ...batchOf(owner, last.left, 2 * last.size) }, events: NO_EVENTS };
  return failure === undefined ? { events } : { events, failure };
}

function outcomeOf(owner: ReplicaOwner, reply: Reply): { readonly event?: RecordedEvent; readonly failure?: Failure } {
  const { response, write } = reply;
  const creating = write.request.verb === "create";
  if (response.ok) {
    const name = creating ? (objectOf(reply)?.metadata.name ?? "") : (write.request.name ?? "");
    const reason = creating ? "SuccessfulCreate" : "SuccessfulDelete";
    const message = `${creating ? "Created" : "Deleted"} pod: ${name}`;
    return { event: { object: owner, type: "Normal", reason, message } };
  }
  const { status } = response;
  if (!creating && status.reason === "NotFound") return {};
  if (status.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating")) return {};
  const reason = creating ? "FailedCreate" : "FailedDelete";
  const text = status.message ?? "";
  const message = creating ? text : `unable to delete pods: ${text}`;
  return {
    event: { object: owner, type: "Warning", reason, message: `Error ${creating ? "creating" : "deleting"}: ${text}` },
    failure: { reason, message },
  };
}

function deletions(
  kind: ReplicaKind,
  owner: ReplicaOwner,
  active: readonly Pod[],
  count: number,
  sync: Sync,
): Intents<never> {
  const chosen = count < active.length ? firstToDelete(kind, owner, active, sync).slice(0, count) : active;
  const writes = chosen.map((pod): Write => ({
    expect: { kind: "deletion", uid: pod.metadata.uid },
    ...remove(targetOf("pods", pod)),
  }));
  return { writes: [writes], then: "replies" };
}

function firstToDelete(kind: ReplicaKind, owner: ReplicaOwner, active: readonly Pod[], sync: Sync): readonly Pod[] {
  const onNode = activeByNode(kind, owner, sync);
  const ranked = active.map((pod) => ({ pod, rank: onNode.get(pod.spec.nodeName ?? "") ?? 0 }));
  ranked.sort((a, b) => compareForDeletion(a, b, sync.now));
  return ranked.map(({ pod }) => pod);
}

/** Active pods per node of all ReplicaSets with the same controlling owner; none for one that has no owner. */
function activeByNode(kind: ReplicaKind, owner: ReplicaOwner, { listers }: Sync): ReadonlyMap<string, number> {
  const reference = controllerOf(owner);
  const family =
    reference === undefined
      ? []
      : cast<readonly ReplicaOwner[]>(listers.of(kind.resource).byIndex(BY_CONTROLLER, reference.uid));
  const count = new Map<string, number>();
  const pods = listers.of("pods");
  for (const member of family)
    for (const pod of cast<readonly Pod[]>(pods.byIndex(BY_CONTROLLER, member.metadata.uid))) {
      if (!isActive(pod) || !kind.matches(member, pod.metadata.labels)) continue;
      const node = pod.spec.nodeName ?? "";
      count.set(node, (count.get(node) ?? 0) + 1);
    }
  return count;
}
