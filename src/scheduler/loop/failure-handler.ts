import type { ApiObject } from "../../api/object.ts";
import type { Pod, PodCondition } from "../../api/types/core-v1.ts";
import { timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import { podKey, podUid } from "../cache/pod-info.ts";
import { noteStatus } from "../filter-nodes.ts";
import { emptyDiagnosis, fitErrorMessage } from "../fit-error.ts";
import type { Status } from "../framework/status.ts";
import { doneInFlight } from "../queue/in-flight.ts";
import { nominate, withdraw } from "../queue/nominator.ts";
import { requeue } from "../queue/scheduling-queue.ts";
import type { QueuedPodInfo } from "../queue/state.ts";
import type { Loop } from "./state.ts";
import { cachedPod } from "./state.ts";

/** Why an attempt failed. */
export interface Failure {
  readonly reason: "Unschedulable" | "SchedulerError";
  readonly message: string;
  readonly unschedulablePlugins: ReadonlySet<string>;
  readonly pendingPlugins: ReadonlySet<string>;
  /** The new nominated node; "": none any more; undefined: as it was. */
  readonly nominate: string | undefined;
}

const NONE: ReadonlySet<string> = new Set();
const NOTE_LENGTH_LIMIT = 1024;

/** A failure that no plugin answers for; it takes a nomination back unless told otherwise. */
export function schedulerError(message: string, nominated: string | undefined = ""): Failure {
  return { reason: "SchedulerError", message, unschedulablePlugins: NONE, pendingPlugins: NONE, nominate: nominated };
}

/** The node that was chosen turns the pod down. */
export function rejectedOn(node: string, verdict: Status): Failure {
  const diagnosis = emptyDiagnosis();
  diagnosis.nodes.set(node, verdict);
  noteStatus(diagnosis, verdict);
  const { unschedulablePlugins, pendingPlugins } = diagnosis;
  const message = fitErrorMessage(1, diagnosis);
  return { reason: "Unschedulable", message, unschedulablePlugins, pendingPlugins, nominate: "" };
}

/** Requeues the pod, tells why, and writes its condition (upstream's handleSchedulingFailure). */
export function handleFailure(loop: Loop, info: QueuedPodInfo, failure: Failure): void {
  const { state, queue, io, setup } = loop;
  info.unschedulablePlugins = failure.unschedulablePlugins;
  info.pendingPlugins = failure.pendingPlugins;
  const known = cachedPod(loop, podKey(info.pod));
  const uid = podUid(info.pod);
  if (known !== undefined && podUid(known) !== uid) {
    doneInFlight(state.queue, uid);
    return;
  }
  const pending = known !== undefined && (known.spec.nodeName ?? "") === "";
  if (pending) {
    info.pod = known;
    requeue(queue, info);
  } else doneInFlight(state.queue, uid);
  if (pending && !setup.mutants.has("SCH-22")) {
    if (failure.nominate === "") withdraw(state.nominator, uid);
    else nominate(state.nominator, info.pod, failure.nominate);
  }
  const message = truncated(failure.message);
  io.event({ object: cast<ApiObject>(info.pod), type: "Warning", reason: "FailedScheduling", message });
  if (known !== undefined) patchStatus(loop, known, failure);
}

/** "x…" of at most 1024 characters, as Events allow. */
export function truncated(message: string): string {
  return message.length <= NOTE_LENGTH_LIMIT ? message : `${message.slice(0, NOTE_LENGTH_LIMIT - 4)} ...`;
}

/** Writes PodScheduled=False and the nomination, if either changes. */
function patchStatus({ io }: Loop, pod: Pod, { reason, message, nominate: node }: Failure): void {
  const before = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
  const same = before?.status === "False" && before.reason === reason && before.message === message;
  const promised = pod.status?.nominatedNodeName ?? "";
  const renominated = node !== undefined && node !== promised;
  if (same && !renominated) return;
  const after: PodCondition = { type: "PodScheduled", status: "False", reason, message };
  const lastTransitionTime = before?.status === "False" ? before.lastTransitionTime : timestamp(io.now);
  const condition = changedFields(before, {
    ...after,
    ...(lastTransitionTime !== undefined && { lastTransitionTime }),
  });
  const status = {
    ...(!same && { conditions: [condition] }),
    ...(renominated && { nominatedNodeName: node === "" ? null : node }),
  };
  patchPodStatus(io, pod, status, "status");
}

/** A condition as a two-way merge patch tells it: its type, and what differs from what the informer shows. */
function changedFields(before: PodCondition | undefined, after: PodCondition): Partial<PodCondition> {
  if (before === undefined) return after;
  const { type, status, reason, message, lastTransitionTime } = after;
  return {
    type,
    ...(status !== before.status && { status }),
    ...(reason !== before.reason && reason !== undefined && { reason }),
    ...(message !== before.message && message !== undefined && { message }),
    ...(lastTransitionTime !== before.lastTransitionTime && lastTransitionTime !== undefined && { lastTransitionTime }),
  };
}

/** Sends a strategic patch of a pod's status. */
export function patchPodStatus(
  io: Loop["io"],
  pod: Pod,
  status: { readonly [field: string]: unknown },
  tag: string,
): void {
  const { name, namespace, uid } = pod.metadata;
  io.request(
    {
      verb: "patch",
      resource: "pods",
      ...(namespace !== undefined && { namespace }),
      name,
      subresource: "status",
      patchType: "strategic",
      body: { metadata: { uid }, status },
    },
    { type: tag },
  );
}
