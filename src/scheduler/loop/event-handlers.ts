import type { Node, Pod } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import type { InformerEvent } from "../../client/component.ts";
import { forgetPod, putNode, putPod, removeNode, removePod } from "../cache/cache.ts";
import { podPriority, podUid } from "../cache/pod-info.ts";
import { status } from "../framework/status.ts";
import { untoleratedTaint } from "../plugins/taint-toleration/tolerates.ts";
import {
  ASSIGNED_POD_ADD,
  ASSIGNED_POD_DELETE,
  NODE_ADD,
  NODE_DELETE,
  nodeEvents,
  podEvents,
} from "../queue/derived-events.ts";
import type { ClusterEvent, EventResource } from "../queue/event-registration.ts";
import { ACTION } from "../queue/event-registration.ts";
import { withdraw } from "../queue/nominator.ts";
import { addToQueue, deleteFromQueue, moveAll, updateInQueue } from "../queue/scheduling-queue.ts";
import type { Loop } from "./state.ts";
import { stopWaiting } from "./waiting-pods.ts";

/** Takes over what an informer tells (upstream's eventhandlers.go). */
export function handleInformer(loop: Loop, event: InformerEvent): void {
  if (event.resource === "nodes")
    nodeChanged(loop, cast<Node | undefined>(event.before), cast<Node | undefined>(event.after));
  else if (event.resource === "pods")
    podChanged(loop, cast<Pod | undefined>(event.before), cast<Pod | undefined>(event.after), event.tombstone === true);
  else otherChanged(loop, event);
}

/** Kinds besides pods and nodes that plugins may have asked for, by resource. */
const OTHERS: { readonly [resource: string]: EventResource } = {
  persistentvolumes: "PersistentVolume",
  persistentvolumeclaims: "PersistentVolumeClaim",
  "storageclasses.storage.k8s.io": "StorageClass",
  "csinodes.storage.k8s.io": "CSINode",
  "csidrivers.storage.k8s.io": "CSIDriver",
  "csistoragecapacities.storage.k8s.io": "CSIStorageCapacity",
  "volumeattachments.storage.k8s.io": "VolumeAttachment",
  "resourceclaims.resource.k8s.io": "ResourceClaim",
  "resourceslices.resource.k8s.io": "ResourceSlice",
  "deviceclasses.resource.k8s.io": "DeviceClass",
};

/** What a change of an object other than pods and nodes means to waiting pods; undefined when no plugin looks at its kind. */
export function otherEvent(plural: string, before: unknown, after: unknown): ClusterEvent | undefined {
  const resource = OTHERS[plural];
  if (resource === undefined) return undefined;
  const [action, name] =
    before === undefined
      ? [ACTION.Add, "Add"]
      : after === undefined
        ? [ACTION.Delete, "Delete"]
        : [ACTION.Update, "Update"];
  const group = plural.slice(plural.indexOf(".") + 1);
  return { resource, action, label: `${group === plural ? "" : `${group}/`}${resource}${name}` };
}

function otherChanged({ queue }: Loop, { resource, before, after }: InformerEvent): void {
  const event = otherEvent(resource, before, after);
  if (event !== undefined) moveAll(queue, event, before, after);
}

function nodeChanged({ state, queue, setup }: Loop, before: Node | undefined, after: Node | undefined): void {
  if (after === undefined) {
    if (before === undefined) return;
    moveAll(queue, NODE_DELETE, before);
    removeNode(state.cache, before.metadata.name);
    return;
  }
  putNode(state.cache, after);
  if (before === undefined) {
    const taints = after.spec?.taints ?? [];
    const passes = (pod: Pod): boolean => untoleratedTaint(taints, pod.spec.tolerations) === undefined;
    moveAll(queue, NODE_ADD, undefined, after, setup.mutants.has("SCH-29") ? passes : undefined);
    return;
  }
  for (const event of nodeEvents(before, after)) moveAll(queue, event, before, after);
}

function podChanged(loop: Loop, before: Pod | undefined, after: Pod | undefined, tombstone: boolean): void {
  if (after === undefined) {
    if (before === undefined) return;
    if (isAssigned(before) || tombstone) assignedPodGone(loop, before);
    if ((!isAssigned(before) || tombstone) && isOurs(loop, before)) pendingPodGone(loop, before);
  } else if (before !== undefined && podUid(before) !== podUid(after)) {
    podChanged(loop, before, undefined, tombstone);
    podChanged(loop, undefined, after, false);
  } else if (before === undefined) {
    if (isAssigned(after)) assignedPodCame(loop, after);
    else if (isOurs(loop, after)) addToQueue(loop.queue, after);
  } else if (isAssigned(before)) assignedPodChanged(loop, before, after);
  else if (isAssigned(after)) {
    assignedPodCame(loop, after);
    if (isOurs(loop, before)) deleteFromQueue(loop.queue, before);
  } else if (isOurs(loop, before)) pendingPodChanged(loop, before, after);
}

function assignedPodCame({ state, queue }: Loop, pod: Pod): void {
  putPod(state.cache, pod);
  withdraw(state.nominator, podUid(pod));
  moveAll(queue, ASSIGNED_POD_ADD, undefined, pod);
}

function assignedPodChanged({ state, queue }: Loop, before: Pod, after: Pod): void {
  putPod(state.cache, after);
  if (state.queue.unschedulable.size === 0 && state.queue.inFlight.size === 0) return;
  for (const event of podEvents(before, after)) moveAll(queue, event, before, after);
}

function assignedPodGone({ state, queue }: Loop, pod: Pod): void {
  removePod(state.cache, pod);
  moveAll(queue, ASSIGNED_POD_DELETE, pod);
}

function pendingPodChanged(loop: Loop, before: Pod, after: Pod): void {
  const { state, queue } = loop;
  if (state.cache.pods.get(podUid(after))?.assumed === true) {
    const deletes = after.metadata.deletionTimestamp !== undefined && before.metadata.deletionTimestamp === undefined;
    if (deletes) assumedPodGone(loop, after);
    return;
  }
  updateInQueue(queue, before, after);
  const promised = before.status?.nominatedNodeName ?? "";
  if (promised === "" || promised === after.status?.nominatedNodeName) return;
  moveAll(queue, ASSIGNED_POD_DELETE, before, undefined, notMoreImportantThan(before));
}

function pendingPodGone(loop: Loop, pod: Pod): void {
  const { state, queue } = loop;
  deleteFromQueue(queue, pod);
  if (state.cache.pods.get(podUid(pod))?.assumed === true) assumedPodGone(loop, pod);
  else if ((pod.status?.nominatedNodeName ?? "") !== "")
    moveAll(queue, ASSIGNED_POD_DELETE, pod, undefined, notMoreImportantThan(pod));
}

/** The pod was assumed, and its deletion came before its binding: what it holds is freed at once. */
function assumedPodGone({ state, queue, io }: Loop, pod: Pod): void {
  const assumed = state.cache.pods.get(podUid(pod))?.pod ?? pod;
  if (!stopWaiting(state, io, podUid(pod), status("", "Unschedulable", "removed"))) forgetPod(state.cache, podUid(pod));
  moveAll(queue, ASSIGNED_POD_DELETE, assumed);
}

function notMoreImportantThan(pod: Pod): (other: Pod) => boolean {
  return (other) => podPriority(other) <= podPriority(pod);
}

function isAssigned(pod: Pod): boolean {
  return (pod.spec.nodeName ?? "") !== "";
}

function isOurs({ setup }: Loop, pod: Pod): boolean {
  return setup.config.profiles.has(pod.spec.schedulerName ?? "default-scheduler");
}
