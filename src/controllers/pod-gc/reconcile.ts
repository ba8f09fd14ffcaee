import type { Millis } from "../../base/units.ts";
import { compareText } from "../../base/order.ts";
import { SECOND } from "../../base/units.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Intents, Sync, Write } from "../../client/controller.ts";
import { disruptionTarget, patchPodStatus } from "../pod-conditions.ts";
import { isFinished } from "../pods.ts";
import { get, remove, targetOf } from "../requests.ts";
import { tickAfter, tickAtOrAfter } from "../ticks.ts";
import { findCandidates } from "./candidates.ts";

/** gcCheckPeriod. */
const PERIOD: Millis = 20 * SECOND;
/** How long a node must be missing before it is looked up. */
const QUARANTINE: Millis = 40 * SECOND;

/** When the next round is due, and until when missing nodes are in quarantine. */
export interface PodGcMemory {
  readonly due: Millis | undefined;
  readonly quarantine: ReadonlyMap<string, Millis>;
}

const ORPHANED = { reason: "DeletionByPodGC", message: "PodGC: node no longer exists" };

/** One round at each multiple of 20 s, as long as there is a pod that may have to go. */
export function reconcilePodGc(sync: Sync<PodGcMemory>): Intents<PodGcMemory> {
  const { now, memory, replies } = sync;
  if (replies.length > 0) return removeOrphans(sync);
  const due = memory.due ?? tickAtOrAfter(now, PERIOD);
  if (now < due)
    return { writes: [], requeueAfter: due - now, ...(memory.due === undefined && { memory: { ...memory, due } }) };
  const { now: pods, homeless } = findCandidates(sync.listers);
  const quarantine = new Map<string, Millis>();
  const expired: string[] = [];
  for (const node of homeless.keys()) {
    const until = memory.quarantine.get(node) ?? now + QUARANTINE;
    if (until <= now) expired.push(node);
    quarantine.set(node, until);
  }
  const again = pods.length > 0 || homeless.size > 0;
  const next = again ? tickAfter(now, PERIOD) : undefined;
  const lookUps = expired.sort(compareText).map((name) => get({ resource: "nodes", name }));
  return {
    writes: [...removals(pods, undefined, now), ...(lookUps.length > 0 ? [lookUps] : [])],
    memory: { due: next, quarantine },
    ...(next !== undefined && { requeueAfter: next - now }),
    ...(lookUps.length > 0 && { then: "replies" as const }),
  };
}

/** Pods of the nodes that a live read did not find either. */
function removeOrphans({ now, memory, replies, listers }: Sync<PodGcMemory>): Intents<PodGcMemory> {
  const gone = new Set<string>();
  for (const { write, response } of replies)
    if (write.request.verb === "get" && !response.ok && response.status.reason === "NotFound")
      gone.add(write.request.name ?? "");
  const { homeless } = findCandidates(listers);
  const pods = [...homeless].filter(([node]) => gone.has(node)).flatMap(([, orphans]) => orphans);
  const quarantine = new Map(memory.quarantine);
  for (const { write } of replies) if (write.request.verb === "get") quarantine.delete(write.request.name ?? "");
  return {
    writes: removals(pods, ORPHANED, now),
    memory: { ...memory, quarantine },
    ...(memory.due !== undefined && { requeueAfter: memory.due - now }),
  };
}

/** Marks pods Failed unless they have ended, then deletes them at once. */
function removals(
  pods: readonly Pod[],
  why: { readonly reason: string; readonly message: string } | undefined,
  now: Millis,
): readonly (readonly Write[])[] {
  if (pods.length === 0) return [];
  const marks = pods
    .filter((pod) => !isFinished(pod))
    .map((pod) =>
      patchPodStatus(pod, {
        phase: "Failed",
        observedGeneration: pod.metadata.generation ?? 0,
        ...(why !== undefined && { conditions: [disruptionTarget(pod, why, now)] }),
      }),
    );
  const deletions = pods.map((pod) => remove(targetOf("pods", pod), { gracePeriodSeconds: 0 }));
  return marks.length > 0 ? [marks, deletions] : [deletions];
}
