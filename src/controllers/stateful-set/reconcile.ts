import { cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import { compareText } from "../../base/order.ts";
import { selectorMatches } from "../../api/label-selector.ts";
import type { Labels } from "../../api/label-selector.ts";
import type { ControllerRevision, StatefulSet } from "../../api/types/apps-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { nothing } from "../../client/controller.ts";
import type { RecordedEvent } from "../../client/component.ts";
import type { Intents, Reply, Sync, Write } from "../../client/controller.ts";
import { claim, settleClaim } from "../claim.ts";
import { adoptRevisions } from "../claim-revisions.ts";
import { REVISIONS, holds, newRevision, revisionData, sortedRevisions } from "../controller-revision.ts";
import { BY_CONTROLLER, orphansOf } from "../indexes.ts";
import { availableAt } from "../pods.ts";
import { create, objectOf, remove, targetOf, update, updateStatus } from "../requests.ts";
import { isRunningAndReady, parentAndOrdinal, revisionOf } from "./pods.ts";
import { shapeReplicas } from "./replicas.ts";
import type { Outcome } from "./replicas.ts";
import { countPods, sameSetStatus, statefulSetStatus } from "./status.ts";

export const STATEFUL_SETS = "statefulsets.apps";

/** Switches of the controller. */
export interface StatefulSetSwitches {
  readonly mutants: ReadonlySet<string>;
  readonly manyUnavailable: boolean;
}

interface Chosen {
  readonly revisions: readonly ControllerRevision[];
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
}

/** Makes sure of the revision, shapes the pods, writes the status and forgets old revisions. */
export function reconcileStatefulSet(sync: Sync<undefined>, switches: StatefulSetSwitches): Intents<never> {
  const set = cast<StatefulSet | undefined>(sync.listers.of(STATEFUL_SETS).get(sync.key));
  if (set?.spec === undefined) return nothing;
  const { selector } = set.spec;
  const isMember = (pod: Pod): boolean => parentAndOrdinal(pod.metadata.name).parent === set.metadata.name;
  const claimant = {
    owner: set,
    ownerResource: STATEFUL_SETS,
    resource: "pods",
    matches: (labels: Labels) => selectorMatches(selector, labels),
  };
  const pods = sync.listers.of("pods");
  const owned = pods.byIndex(BY_CONTROLLER, set.metadata.uid);
  const orphans = pods.byIndex(BY_CONTROLLER, orphansOf(set.metadata.namespace ?? ""));
  const candidates = cast<readonly Pod[]>([...owned, ...orphans]).filter(isMember);
  const claimed = claim(claimant, candidates);
  const settling = settleClaim(claimant, claimed, sync.replies);
  if (settling !== undefined) return settling;
  const adopting = adoptRevisions(claimant, sync);
  if (adopting !== undefined) return adopting;
  const chosen = chooseRevisions(set, sync);
  if ("writes" in chosen) return chosen;
  const members = [...claimed.owned].sort((a, b) => compareText(a.metadata.name, b.metadata.name));
  return shape(set, members, chosen, sync, switches);
}

/** The current and the update revision; intents when the update revision has to be written first. */
function chooseRevisions(set: StatefulSet, { listers, replies }: Sync<undefined>): Chosen | Intents<never> {
  const written = replies.filter(({ write }) => write.request.resource === REVISIONS);
  const stored = new Map<string, ControllerRevision>();
  for (const revision of cast<readonly ControllerRevision[]>(
    listers.of(REVISIONS).byIndex(BY_CONTROLLER, set.metadata.uid),
  ))
    stored.set(revision.metadata.name, revision);
  for (const reply of written) {
    const revision = cast<ControllerRevision | undefined>(objectOf(reply));
    if (revision !== undefined) stored.set(revision.metadata.name, revision);
  }
  const revisions = sortedRevisions([...stored.values()]);
  const { template } = cast<NonNullable<StatefulSet["spec"]>>(set.spec);
  const data = revisionData(template);
  const equal = revisions.findLast((revision) => holds(revision, data));
  const newest = revisions.at(-1);
  const next = (newest?.revision ?? 0) + 1;
  const refused = written.find(({ response }) => !response.ok);
  if (equal === undefined) {
    const collisions = (set.status?.collisionCount ?? 0) + written.length;
    if (refused?.response.ok === false && refused.response.status.reason !== "AlreadyExists")
      return { writes: [], failed: refused.response.status.message ?? "" };
    const body = newRevision(set, template, next, collisions);
    return { writes: [[create(REVISIONS, set.metadata.namespace, body)]], then: "replies" };
  }
  if (newest !== undefined && equal !== newest && !holds(newest, data)) {
    if (refused?.response.ok === false) return { writes: [], failed: refused.response.status.message ?? "" };
    return { writes: [[update(REVISIONS, cast<ControllerRevision>({ ...equal, revision: next }))]], then: "replies" };
  }
  const chosen = newest !== undefined && holds(newest, data) ? newest : equal;
  const current = revisions.find((revision) => revision.metadata.name === set.status?.currentRevision) ?? chosen;
  return { revisions, current, update: chosen };
}

function shape(
  set: StatefulSet,
  pods: readonly Pod[],
  { revisions, current, update: updated }: Chosen,
  { now, listers, replies }: Sync<undefined>,
  { mutants, manyUnavailable }: StatefulSetSwitches,
): Intents<never> {
  const answered = replies.filter(({ write }) => write.request.resource === "pods" && write.request.verb === "create");
  const idle: Outcome = {
    writes: [],
    events: answered.map((reply) => creationEvent(set, reply)),
    updateDeletions: 0,
    creations: 0,
  };
  const view = { set, pods, current, update: updated, listers, now, mutants, manyUnavailable };
  const outcome = answered.length > 0 ? idle : shapeReplicas(view);
  if (outcome.creations > 0) return { writes: outcome.writes, then: "replies" };
  const refused = replies.find(({ response }) => !response.ok && response.status.reason !== "NotFound");
  if (answered.length > 0 && refused?.response.ok === false) outcome.failed = refused.response.status.message ?? "";
  const names = {
    current: current.metadata.name,
    update: updated.metadata.name,
    collisionCount: set.status?.collisionCount ?? 0,
  };
  const counts = countPods(pods, set, names, now);
  const status = statefulSetStatus(
    set,
    { ...counts, current: counts.current - outcome.updateDeletions },
    names,
    mutants,
  );
  const writes: (readonly Write[])[] = [...outcome.writes];
  if (!sameSetStatus(set.status, status))
    writes.push([updateStatus(STATEFUL_SETS, cast<StatefulSet>({ ...set, status }))]);
  writes.push(...forgottenRevisions(set, pods, revisions, names));
  const requeueAfter = nextAvailability(set, pods, now);
  return {
    writes,
    ...(outcome.events.length > 0 && { events: outcome.events }),
    ...(outcome.failed !== undefined && { failed: outcome.failed }),
    ...(requeueAfter !== undefined && { requeueAfter }),
  };
}

function creationEvent(set: StatefulSet, { write, response }: Reply): RecordedEvent {
  const name = cast<Pod>(write.request.body).metadata.name;
  const subject = `create Pod ${name} in StatefulSet ${set.metadata.name}`;
  return response.ok
    ? { object: set, type: "Normal", reason: "SuccessfulCreate", message: `${subject} successful` }
    : {
        object: set,
        type: "Warning",
        reason: "FailedCreate",
        message: `${subject} failed error: ${response.status.message ?? ""}`,
      };
}

/** Deletions of the oldest revisions that nothing is made from, beyond revisionHistoryLimit. */
function forgottenRevisions(
  set: StatefulSet,
  pods: readonly Pod[],
  revisions: readonly ControllerRevision[],
  { current, update: updated }: { readonly current: string; readonly update: string },
): readonly (readonly Write[])[] {
  const live = new Set([current, updated, ...pods.map(revisionOf)]);
  const history = revisions.filter(({ metadata }) => !live.has(metadata.name));
  const limit = set.spec?.revisionHistoryLimit ?? 10;
  if (limit < 0 || history.length <= limit) return [];
  return history.slice(0, history.length - limit).map((revision) => [remove(targetOf(REVISIONS, revision))]);
}

function nextAvailability(set: StatefulSet, pods: readonly Pod[], now: Millis): Millis | undefined {
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  if (minReadySeconds === 0) return undefined;
  let next = Number.POSITIVE_INFINITY;
  for (const pod of pods) {
    const at = isRunningAndReady(pod) ? availableAt(pod, minReadySeconds) : undefined;
    if (at !== undefined && at > now) next = Math.min(next, at - now);
  }
  return Number.isFinite(next) ? next : undefined;
}
