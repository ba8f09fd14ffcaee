import { MINUTE, SECOND } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import { objectKey } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { RecordedEvent } from "../../client/component.ts";
import { isReady } from "../pods.ts";
import { maxSurgeOf } from "./rolling.ts";
import { isDaemonAvailable, isUpdated } from "./view.ts";
import type { DaemonView, Place } from "./view.ts";

const BACKOFF_BASE: Millis = SECOND;
const BACKOFF_MAX: Millis = 15 * MINUTE;

/** How often pods failed on a node, and until when no other is tried there. */
export interface NodeBackoff {
  readonly delay: Millis;
  readonly last: Millis;
}

/** Nodes that get a pod and pods that go. */
export interface Changes {
  readonly create: string[];
  readonly remove: Pod[];
  readonly events: RecordedEvent[];
  requeueAfter: Millis;
}

/** No changes yet. */
export function noChanges(): Changes {
  return { create: [], remove: [], events: [], requeueAfter: Number.POSITIVE_INFINITY };
}

/** What every node lacks or has too much of. */
export function manageNodes(view: DaemonView, backoff: Map<string, NodeBackoff>): Changes {
  const changes = noChanges();
  for (const place of view.places) {
    const { node, placement, pods } = place;
    if (placement.shouldRun && pods.length === 0) changes.create.push(node.metadata.name);
    else if (placement.mayStay) keep(view, place, backoff, changes);
    else changes.remove.push(...pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined));
  }
  changes.remove.push(...view.lost.filter(({ metadata }) => metadata.deletionTimestamp === undefined));
  return changes;
}

/** Replaces ended pods, failed ones with patience, and removes doubles. */
function keep(view: DaemonView, { node, pods }: Place, backoff: Map<string, NodeBackoff>, changes: Changes): void {
  const { set, now } = view;
  const running: Pod[] = [];
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    const { name } = node.metadata;
    if (pod.status?.phase === "Failed") {
      const key = `${set.metadata.uid}/${set.metadata.name}/${name}`;
      const wait = patience(backoff.get(key), now);
      if (wait > 0) {
        changes.requeueAfter = Math.min(changes.requeueAfter, wait);
        continue;
      }
      backoff.set(key, nextBackoff(backoff.get(key), now));
      const message = `Found failed daemon pod ${objectKey(pod)} on node ${name}, will try to kill it`;
      changes.events.push({ object: set, type: "Warning", reason: "FailedDaemonPod", message });
      changes.remove.push(pod);
    } else if (pod.status?.phase === "Succeeded") {
      const message = `Found succeeded daemon pod ${objectKey(pod)} on node ${name}, will try to delete it`;
      changes.events.push({ object: set, type: "Normal", reason: "SucceededDaemonPod", message });
      changes.remove.push(pod);
    } else running.push(pod);
  }
  if (maxSurgeOf(view) === 0) changes.remove.push(...running.slice(1));
  else keepPair(view, running, changes);
}

/** With surge a node keeps the oldest new and the oldest old pod until the new one can take over. */
function keepPair(view: DaemonView, running: readonly Pod[], changes: Changes): void {
  const [newest, ...moreNew] = running.filter((pod) => isUpdated(pod, view));
  const [old, ...moreOld] = running.filter((pod) => !isUpdated(pod, view));
  changes.remove.push(...moreNew, ...moreOld);
  if (newest !== undefined && old !== undefined && (!isReady(old) || isDaemonAvailable(newest, view)))
    changes.remove.push(old);
}

function patience(backoff: NodeBackoff | undefined, now: Millis): Millis {
  if (backoff === undefined || now - backoff.last > 2 * BACKOFF_MAX) return 0;
  return Math.max(0, backoff.last + backoff.delay - now);
}

function nextBackoff(backoff: NodeBackoff | undefined, now: Millis): NodeBackoff {
  if (backoff === undefined || now - backoff.last > 2 * BACKOFF_MAX) return { delay: BACKOFF_BASE, last: now };
  return { delay: Math.min(backoff.delay * 2, BACKOFF_MAX), last: now };
}
