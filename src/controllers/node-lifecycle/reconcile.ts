import { timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import { nothing } from "../../client/controller.ts";
import type { Intents, Sync, Write } from "../../client/controller.ts";
import type { RecordedEvent } from "../../client/component.ts";
import { BY_NODE } from "../indexes.ts";
import { isReady } from "../pods.ts";
import { ignoring, updateStatus } from "../requests.ts";
import { tickAfter, tickAtOrAfter } from "../ticks.ts";
import { disturbanceOf, observeHealth, silenced } from "./health.ts";
import { labelSync } from "./labels.ts";
import type { NodeLifecycleMemory } from "./memory.ts";
import type { NodeMonitorOptions } from "./options.ts";
import {
  NOT_READY,
  UNREACHABLE,
  hasTaint,
  patchTaints,
  readyCondition,
  wantedNoSchedule,
  withNoExecute,
  withNoSchedule,
} from "./taints.ts";
import { dequeue, enqueueForTaint } from "./zones.ts";

type Result = Intents<NodeLifecycleMemory>;

/** Keys of pods that were bound to a node which may not be ready. */
export const POD_PREFIX = "pod ";

/** Looks at one node: taints at once, and its health at multiples of the monitor period while that is in question. */
export function reconcileNode(sync: Sync<NodeLifecycleMemory>, options: NodeMonitorOptions): Result {
  const { key, listers, memory, now } = sync;
  const node = cast<Node | undefined>(listers.of("nodes").get(key));
  if (node === undefined) return forget(memory, key);
  if (!needsMonitoring(node, sync)) {
    memory.due.delete(key);
    if (memory.health.get(key) === undefined) observeHealth(node, memory, listers, { now, options });
    return taintsAndLabels(node, sync, node.spec?.taints ?? [], undefined);
  }
  const due = memory.due.get(key) ?? tickAtOrAfter(now, options.periodMs);
  if (now < due) {
    memory.due.set(key, due);
    return taintsAndLabels(node, sync, node.spec?.taints ?? [], due - now);
  }
  const next = tickAfter(now, options.periodMs);
  memory.due.set(key, next);
  return monitor(node, sync, options, next - now);
}

function forget(memory: NodeLifecycleMemory, name: string): Result {
  memory.health.delete(name);
  memory.due.delete(name);
  memory.marking.delete(name);
  return { writes: [], memory };
}

/** Whether time alone can change what has to be done for the node. */
function needsMonitoring(node: Node, { listers, memory }: Sync<NodeLifecycleMemory>): boolean {
  const ready = readyCondition(node);
  const { name } = node.metadata;
  if (ready === undefined || memory.marking.has(name)) return true;
  const notReady = hasTaint(node, NOT_READY, "NoExecute");
  const unreachable = hasTaint(node, UNREACHABLE, "NoExecute");
  switch (ready.status) {
    case "True":
      return notReady || unreachable || disturbanceOf(node, listers) !== undefined;
    case "False":
      return unreachable || !notReady || disturbanceOf(node, listers) !== undefined;
    default:
      return notReady || !unreachable;
  }
}

/** One round of the monitor for one node. */
function monitor(
  node: Node,
  sync: Sync<NodeLifecycleMemory>,
  options: NodeMonitorOptions,
  requeueAfter: Millis,
): Result {
  const { memory, now, listers } = sync;
  const { name } = node.metadata;
  const observed = readyCondition(node);
  const grace = observed === undefined ? options.startupGraceMs : options.graceMs;
  const probeAt = observeHealth(node, memory, listers, { now, options });
  const silent = now > probeAt + grace ? silenced(node, now) : undefined;
  if (silent !== undefined) {
    const events = observed?.status === "True" ? [statusEvent(node)] : [];
    if (observed?.status === "True") memory.marking.add(name);
    if (!hasTaint(node, NOT_READY, "NoExecute")) enqueueForTaint(memory, node, options, now);
    return {
      writes: [[updateStatus("nodes", silent)], ...(memory.marking.has(name) ? marks(name, sync) : [])],
      events,
      memory,
      requeueAfter,
    };
  }
  if (memory.marking.has(name)) {
    const pods = observed?.status === "True" ? [] : marks(name, sync);
    if (pods.length > 0) return { writes: pods, memory, requeueAfter };
    memory.marking.delete(name);
  }
  return taintsAndLabels(node, sync, noExecute(node, sync, options), requeueAfter);
}

/** The node's taints after what a round may change at once; a missing NoExecute taint waits for the zone's rate. */
function noExecute(
  node: Node,
  { memory, now }: Sync<NodeLifecycleMemory>,
  options: NodeMonitorOptions,
): NonNullable<Node["spec"]>["taints"] & {} {
  const taints = node.spec?.taints ?? [];
  const status = readyCondition(node)?.status;
  if (status === undefined) return taints;
  if (status === "True") {
    dequeue(memory, node);
    return withNoExecute(taints, undefined, now);
  }
  const [add, opposite] = status === "False" ? [NOT_READY, UNREACHABLE] : [UNREACHABLE, NOT_READY];
  if (hasTaint(node, opposite, "NoExecute")) return withNoExecute(taints, add, now);
  if (!hasTaint(node, add, "NoExecute")) enqueueForTaint(memory, node, options, now);
  return taints;
}

function taintsAndLabels(
  node: Node,
  { memory, now }: Sync<NodeLifecycleMemory>,
  taints: NonNullable<Node["spec"]>["taints"] & {},
  requeueAfter: Millis | undefined,
): Result {
  const after = withNoSchedule(taints, wantedNoSchedule(node), now);
  const labels = labelSync(node);
  const writes: Write[][] = [];
  if (labels !== undefined) writes.push([labels]);
  else if (after !== (node.spec?.taints ?? after)) writes.push([patchTaints(node, after)]);
  else if (node.spec?.taints === undefined && after.length > 0) writes.push([patchTaints(node, after)]);
  return { writes, memory, ...(requeueAfter !== undefined && { requeueAfter }) };
}

/** Condition Ready False for all ready pods of a node. */
function marks(node: string, { listers, now }: Sync<NodeLifecycleMemory>): readonly (readonly Write[])[] {
  const pods = cast<readonly Pod[]>(listers.of("pods").byIndex(BY_NODE, node)).filter(isReady);
  return pods.length === 0 ? [] : [pods.map((pod) => markNotReady(pod, now))];
}

function markNotReady(pod: Pod, now: Millis): Write {
  const conditions = (pod.status?.conditions ?? []).map((condition) =>
    condition.type === "Ready" ? { ...condition, status: "False", lastTransitionTime: timestamp(now) } : condition,
  );
  return ignoring(updateStatus("pods", cast<Pod>({ ...pod, status: { ...pod.status, conditions } })), "NotFound");
}

/** A pod that comes to a node which is not ready cannot be ready. */
export function reconcilePod({ key, listers, memory, now }: Sync<NodeLifecycleMemory>): Result {
  const pod = cast<Pod | undefined>(listers.of("pods").get(key.slice(POD_PREFIX.length)));
  const name = pod?.spec.nodeName ?? "";
  if (pod === undefined || !isReady(pod) || !memory.health.has(name)) return nothing;
  const node = cast<Node | undefined>(listers.of("nodes").get(name));
  const ready = node === undefined ? undefined : readyCondition(node);
  return ready === undefined || ready.status === "True" ? nothing : { writes: [[markNotReady(pod, now)]] };
}

function statusEvent(node: Node): RecordedEvent {
  const { name } = node.metadata;
  return { object: node, type: "Normal", reason: "NodeNotReady", message: `Node ${name} status is now: NodeNotReady` };
}
