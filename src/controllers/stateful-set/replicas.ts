import type { Millis } from "../../base/units.ts";
import type { ControllerRevision, StatefulSet } from "../../api/types/apps-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { RecordedEvent } from "../../client/component.ts";
import type { Listers } from "../../client/informer.ts";
import type { Write } from "../../client/controller.ts";
import { templateOf } from "../controller-revision.ts";
import { isAvailable, isFinished } from "../pods.ts";
import { create, patch, remove, targetOf } from "../requests.ts";
import { missingClaims, ownerFixes } from "./claims.ts";
import {
  identityLabels,
  isIdentified,
  isRunningAndReady,
  isUnavailable,
  newPod,
  parentAndOrdinal,
  revisionOf,
  startOrdinal,
} from "./pods.ts";

/** A set, its pods and how it may be changed. */
export interface View {
  readonly set: StatefulSet;
  readonly pods: readonly Pod[];
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
  readonly listers: Listers;
  readonly now: Millis;
  readonly mutants: ReadonlySet<string>;
  /** Feature gate MaxUnavailableStatefulSet. */
  readonly manyUnavailable: boolean;
}

/** What a sync does to pods: steps of writes, and pods that were deleted by the update. */
export interface Outcome {
  readonly writes: Write[][];
  readonly events: RecordedEvent[];
  updateDeletions: number;
  creations: number;
  failed?: string;
}

/** Brings replicas into being in order, ends condemned pods, then replaces pods of older revisions. */
export function shapeReplicas(view: View): Outcome {
  const { set, pods, now } = view;
  const outcome: Outcome = { writes: [], events: [], updateDeletions: 0, creations: 0 };
  const replicas: (Pod | undefined)[] = Array.from({ length: set.spec?.replicas ?? 1 }, () => undefined);
  const condemned: Pod[] = [];
  const start = startOrdinal(set);
  for (const pod of pods) {
    const { ordinal } = parentAndOrdinal(pod.metadata.name);
    if (ordinal >= start && ordinal < start + replicas.length) replicas[ordinal - start] = pod;
    else if (ordinal >= 0) condemned.push(pod);
  }
  condemned.sort((a, b) => parentAndOrdinal(b.metadata.name).ordinal - parentAndOrdinal(a.metadata.name).ordinal);
  if (set.metadata.deletionTimestamp !== undefined) return outcome;
  const monotonic = set.spec?.podManagementPolicy !== "Parallel";
  for (let i = 0; i < replicas.length; i += 1)
    if (processReplica(view, outcome, replicas[i], start + i, monotonic) && monotonic) return outcome;
  // What could not be made holds back the rest; what was made wakes the set again.
  if (outcome.creations > 0 || outcome.failed !== undefined) return outcome;
  for (const pod of condemned) add(outcome, ownerFixes(set, pod, true, view.listers));
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  const isSick = (pod: Pod | undefined): boolean => isUnavailable(pod, minReadySeconds, now);
  const firstSick = replicas.some(isSick) ? undefined : condemned.findLast(isSick);
  for (const pod of condemned)
    if (processCondemned(view, outcome, pod, firstSick, monotonic) && monotonic) return outcome;
  if (set.spec?.updateStrategy?.type !== "OnDelete") rollOut(view, outcome, replicas);
  return outcome;
}

/** True when a monotonic sync ends here. */
function processReplica(
  view: View,
  outcome: Outcome,
  pod: Pod | undefined,
  ordinal: number,
  monotonic: boolean,
): boolean {
  const { set, listers, now, mutants } = view;
  if (pod === undefined) {
    createPod(view, outcome, ordinal);
    return true;
  }
  if (mutants.has("STS-04") ? pod.status?.phase === "Failed" : isFinished(pod)) {
    if (pod.metadata.deletionTimestamp === undefined) deletePod(view, outcome, pod);
    return true;
  }
  if (pod.status?.phase === "Pending") add(outcome, missingClaims(set, ordinal, listers) ?? []);
  const ready = isRunningAndReady(pod) && isAvailable(pod, set.spec?.minReadySeconds ?? 0, now);
  const last = ordinal === startOrdinal(set) + (set.spec?.replicas ?? 1) - 1;
  const gate = !(mutants.has("STS-06") && last);
  if (monotonic && gate && (pod.metadata.deletionTimestamp !== undefined || !ready)) return true;
  add(outcome, ownerFixes(set, pod, false, listers));
  if (!isIdentified(set, pod)) {
    add(outcome, missingClaims(set, ordinal, listers) ?? []);
    add(outcome, [
      patch(targetOf("pods", pod), "strategic", { metadata: { uid: pod.metadata.uid, labels: identityLabels(pod) } }),
    ]);
  }
  return false;
}

function createPod(view: View, outcome: Outcome, ordinal: number): void {
  const { set, listers, current, update } = view;
  const claims = missingClaims(set, ordinal, listers);
  if (claims === undefined) {
    outcome.failed = `a claim of pod ${set.metadata.name}-${ordinal} is being deleted`;
    return;
  }
  const revision = isOfCurrent(set, ordinal) ? current : update;
  const body = newPod(set, templateOf(revision), revision.metadata.name, ordinal);
  add(outcome, claims);
  add(outcome, [create("pods", set.metadata.namespace, body)]);
  outcome.creations += 1;
}

/** Below the partition pods keep the current revision. */
function isOfCurrent(set: StatefulSet, ordinal: number): boolean {
  const strategy = set.spec?.updateStrategy;
  if (strategy?.type !== "RollingUpdate") return false;
  const start = startOrdinal(set);
  if (strategy.rollingUpdate === undefined) return ordinal < start + (set.status?.currentReplicas ?? 0);
  return ordinal < start + (strategy.rollingUpdate.partition ?? 0);
}

function deletePod({ set }: View, outcome: Outcome, pod: Pod): void {
  add(outcome, [remove(targetOf("pods", pod))]);
  const message = `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
  outcome.events.push({ object: set, type: "Normal", reason: "SuccessfulDelete", message });
}

/** True when a monotonic sync ends here. */
function processCondemned(
  view: View,
  outcome: Outcome,
  pod: Pod,
  firstSick: Pod | undefined,
  monotonic: boolean,
): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return monotonic;
  const sick = isUnavailable(pod, view.set.spec?.minReadySeconds ?? 0, view.now);
  if (monotonic && sick && pod !== firstSick) return true;
  deletePod(view, outcome, pod);
  return true;
}

/** From the highest ordinal down to the partition, one pod at a time (or as many as may be unavailable). */
function rollOut(view: View, outcome: Outcome, replicas: readonly (Pod | undefined)[]): void {
  const { set, update, now, manyUnavailable } = view;
  const rolling = set.spec?.updateStrategy?.rollingUpdate;
  const partition = rolling?.partition ?? 0;
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  const isOutdated = (pod: Pod | undefined): pod is Pod =>
    pod !== undefined && revisionOf(pod) !== update.metadata.name && pod.metadata.deletionTimestamp === undefined;
  let budget = 1;
  if (manyUnavailable) {
    const unavailable = replicas.filter((pod) => isUnavailable(pod, minReadySeconds, now)).length;
    budget = maxUnavailableOf(rolling?.maxUnavailable, replicas.length) - unavailable;
  }
  for (let i = replicas.length - 1; i >= partition && budget > 0; i -= 1) {
    const pod = replicas[i];
    if (isOutdated(pod)) {
      deletePod(view, outcome, pod);
      outcome.updateDeletions += 1;
      budget -= 1;
    } else if (!manyUnavailable && isUnavailable(pod, minReadySeconds, now)) return;
  }
}

function maxUnavailableOf(value: number | string | undefined, replicas: number): number {
  if (value === undefined) return 1;
  const scaled = typeof value === "number" ? value : Math.floor((Number(value.slice(0, -1)) * replicas) / 100);
  return Math.max(1, scaled);
}

function add(outcome: Outcome, writes: readonly Write[]): void {
  if (writes.length > 0) outcome.writes.push([...writes]);
}
