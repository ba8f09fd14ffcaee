import { cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import { deepEqual } from "../../api/equal.ts";
import { selectorMatches } from "../../api/label-selector.ts";
import type { Labels } from "../../api/label-selector.ts";
import type { ControllerRevision, DaemonSet } from "../../api/types/apps-v1.ts";
import type { Node, Pod, PodTemplateSpec } from "../../api/types/core-v1.ts";
import type { RecordedEvent } from "../../client/component.ts";
import { nothing } from "../../client/controller.ts";
import type { Intents, Reply, Sync, Write } from "../../client/controller.ts";
import { claim, settleClaim } from "../claim.ts";
import { adoptRevisions } from "../claim-revisions.ts";
import { REVISIONS } from "../controller-revision.ts";
import { BY_CONTROLLER, orphansOf } from "../indexes.ts";
import { podFromTemplate } from "../pod-from-template.ts";
import { availableAt } from "../pods.ts";
import { create, objectOf, remove, targetOf, updateStatus } from "../requests.ts";
import { historyCleanup, historyOf } from "./history.ts";
import { manageNodes } from "./manage.ts";
import type { Changes, NodeBackoff } from "./manage.ts";
import { specForNode } from "./placement.ts";
import { rollOut } from "./rolling.ts";
import { daemonStatus } from "./status.ts";
import { GENERATION_LABEL, HASH_LABEL, viewOf } from "./view.ts";
import type { DaemonView } from "./view.ts";

export const DAEMON_SETS = "daemonsets.apps";
/** Pods made or removed per sync at most. */
const BURST = 250;

/** The controller's own memory; the map belongs to it alone and is changed in place. */
export interface DaemonSetMemory {
  readonly backoff: Map<string, NodeBackoff>;
}

/** Gives every eligible node its pod, rolls out templates, counts. */
export function reconcileDaemonSet(
  sync: Sync<DaemonSetMemory>,
  mutants: ReadonlySet<string>,
): Intents<DaemonSetMemory> {
  const { key, listers, replies, memory, now } = sync;
  const set = cast<DaemonSet | undefined>(listers.of(DAEMON_SETS).get(key));
  if (set?.spec === undefined || set.metadata.deletionTimestamp !== undefined) return nothing;
  const { selector } = set.spec;
  const claimant = {
    owner: set,
    ownerResource: DAEMON_SETS,
    resource: "pods",
    matches: (labels: Labels) => selectorMatches(selector, labels),
  };
  const podReplies = replies.filter(({ write }) => write.request.resource === "pods");
  const claimed = claim(claimant, candidates(set, sync));
  if (podReplies.length === 0) {
    const settling = settleClaim(claimant, claimed, replies) ?? adoptRevisions(claimant, sync);
    if (settling !== undefined) return settling;
  }
  const stored = cast<readonly ControllerRevision[]>(listers.of(REVISIONS).byIndex(BY_CONTROLLER, set.metadata.uid));
  const history = historyOf(set, stored, replies);
  if ("writes" in history) return history;
  const hash = history.current.metadata.labels?.[HASH_LABEL] ?? "";
  const nodes = cast<readonly Node[]>([...listers.of("nodes").list()]);
  const view = viewOf(set, hash, { nodes, pods: claimed.owned }, { now, mutants });
  const events = podReplies.flatMap((reply) => podEvents(set, reply));
  if (podReplies.length > 0) return finish(view, history.old, { events, failure: failureOf(podReplies) });
  if (!sync.expectationsSatisfied) return finish(view, [], { events });
  const changes = manageNodes(view, memory.backoff);
  if (isIdle(changes) && set.spec.updateStrategy?.type === "RollingUpdate") rollOut(view, changes);
  const requeueAfter = Number.isFinite(changes.requeueAfter) ? changes.requeueAfter : undefined;
  if (isIdle(changes)) return finish(view, history.old, { events: changes.events, requeueAfter });
  return { writes: podWrites(view, changes), events: changes.events, then: "replies" };
}

function isIdle({ create: created, remove: removed }: Changes): boolean {
  return created.length === 0 && removed.length === 0;
}

function candidates(set: DaemonSet, { listers }: Sync<DaemonSetMemory>): readonly Pod[] {
  const pods = listers.of("pods");
  const owned = pods.byIndex(BY_CONTROLLER, set.metadata.uid);
  const orphans = pods.byIndex(BY_CONTROLLER, orphansOf(set.metadata.namespace ?? ""));
  return cast<readonly Pod[]>(orphans.length === 0 ? owned : [...owned, ...orphans]);
}

function podWrites({ set, hash }: DaemonView, changes: Changes): readonly (readonly Write[])[] {
  const template = cast<PodTemplateSpec>(set.spec?.template);
  const generation = set.metadata.annotations?.["deprecated.daemonset.template.generation"];
  const labels = {
    ...template.metadata?.labels,
    [HASH_LABEL]: hash,
    ...(generation !== undefined && { [GENERATION_LABEL]: generation }),
  };
  const creations = changes.create.slice(0, BURST).map((node): Write => {
    const made = cast<PodTemplateSpec>({
      metadata: { ...template.metadata, labels },
      spec: specForNode(template, node),
    });
    return {
      ...create("pods", set.metadata.namespace, podFromTemplate(set, made, `${set.metadata.name}-`)),
      expect: { kind: "creation" },
    };
  });
  const deletions = changes.remove
    .slice(0, BURST)
    .map((pod): Write => ({ ...remove(targetOf("pods", pod)), expect: { kind: "deletion", uid: pod.metadata.uid } }));
  const steps: Write[][] = [];
  for (let from = 0, size = 1; from < creations.length; size *= 2) {
    steps.push(creations.slice(from, from + size));
    from += size;
  }
  if (deletions.length > 0) steps.push(deletions);
  return steps;
}

function failureOf(replies: readonly Reply[]): string | undefined {
  for (const { response } of replies)
    if (!response.ok && response.status.reason !== "NotFound")
      return response.status.message ?? "a pod could not be written";
  return undefined;
}

function podEvents(set: DaemonSet, reply: Reply): readonly RecordedEvent[] {
  const made = reply.write.request.verb === "create";
  if (!reply.response.ok) {
    if (!made) return [];
    return [
      {
        object: set,
        type: "Warning",
        reason: "FailedCreate",
        message: `Error creating: ${reply.response.status.message ?? ""}`,
      },
    ];
  }
  const name = made ? (objectOf(reply)?.metadata.name ?? "") : (reply.write.request.name ?? "");
  return [
    {
      object: set,
      type: "Normal",
      reason: made ? "SuccessfulCreate" : "SuccessfulDelete",
      message: `${made ? "Created" : "Deleted"} pod: ${name}`,
    },
  ];
}

interface Finish {
  readonly events: readonly RecordedEvent[];
  readonly failure?: string | undefined;
  readonly requeueAfter?: Millis | undefined;
}

function finish(
  view: DaemonView,
  old: readonly ControllerRevision[],
  { events, failure, requeueAfter }: Finish,
): Intents<never> {
  const { set } = view;
  const status = daemonStatus(view);
  const writes: (readonly Write[])[] = [...historyCleanup(view, old)];
  if (!deepEqual(set.status, status)) writes.push([updateStatus(DAEMON_SETS, cast<DaemonSet>({ ...set, status }))]);
  const next = Math.min(requeueAfter ?? Number.POSITIVE_INFINITY, nextAvailability(view));
  return {
    writes,
    events,
    ...(failure !== undefined && { failed: failure }),
    ...(Number.isFinite(next) && { requeueAfter: next }),
  };
}

function nextAvailability({ set, places, now }: DaemonView): Millis {
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  let next = Number.POSITIVE_INFINITY;
  if (minReadySeconds === 0) return next;
  for (const { pods } of places)
    for (const pod of pods) {
      const at = availableAt(pod, minReadySeconds);
      if (at !== undefined && at > now) next = Math.min(next, at - now);
    }
  return next;
}
