import { cast } from "../../base/units.ts";
import { controllerOf } from "../../api/object.ts";
import { selectorMatches } from "../../api/label-selector.ts";
import type { Labels } from "../../api/label-selector.ts";
import type { Job, JobCondition } from "../../api/types/batch-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { nothing } from "../../client/controller.ts";
import type { Intents, Reply, Sync, Write } from "../../client/controller.ts";
import type { RecordedEvent } from "../../client/component.ts";
import { claim, settleClaim } from "../claim.ts";
import { BY_CONTROLLER, orphansOf } from "../indexes.ts";
import { noteOf, objectOf, updateStatus } from "../requests.ts";
import { backoffAfter, noFailures } from "./backoff.ts";
import type { BackoffRecord } from "./backoff.ts";
import { isJobFinished } from "./conditions.ts";
import { decide } from "./decide.ts";
import type { Decision } from "./decide.ts";
import { isTracked, release } from "./pods.ts";
import { JOBS, close, track } from "./track.ts";
import { viewOf } from "./view.ts";
import type { JobView } from "./view.ts";

/** Keys of pods that are held for a Job which does not want them any more. */
export const ORPHAN_PREFIX = "orphan pod ";

/** The controller's own memory; its maps belong to it alone and are changed in place. */
export interface JobMemory {
  readonly backoff: Map<string, BackoffRecord>;
  /** UIDs of pods whose finalizer was taken away, by Job, until the informer shows it. */
  readonly released: Map<string, Set<string>>;
}

type Result = Intents<JobMemory>;

const TOO_MANY_READY = "status.ready: cannot set more ready pods than active";

/** What writes to pods, and then to the status, carry on to the next call. */
type Note =
  | { readonly stage: "pods"; readonly decision: Decision; readonly failing: boolean }
  | { readonly stage: "status"; readonly closing: Closing };

interface Closing {
  readonly terminal?: JobCondition;
  readonly terminating: number;
  readonly overflow: boolean;
  /** UIDs of the pods that the status counts: only their finalizers may go. */
  readonly counted: readonly string[];
  readonly decision: Decision;
  readonly failure?: string;
  readonly backoff: BackoffRecord;
}

/** Counts ended pods, decides whether the Job ends, makes and removes pods, and keeps the books. */
export function reconcileJob(sync: Sync<JobMemory>, mutants: ReadonlySet<string>): Result {
  const { key, listers, memory, replies, now } = sync;
  const job = cast<Job | undefined>(listers.of(JOBS).get(key));
  if (job === undefined) return forget(memory, key);
  if (job.spec?.managedBy !== undefined && job.spec.managedBy !== "kubernetes.io/job-controller") return nothing;
  if (isJobFinished(job)) return forget(memory, key);
  const note = noteOf<Note>(replies.findLast(({ write }) => write.note !== undefined));
  if (note?.stage === "status") return afterStatus(job, sync, note.closing);
  const { selector } = job.spec ?? {};
  const claimant = {
    owner: job,
    ownerResource: JOBS,
    resource: "pods",
    matches: (labels: Labels) => selectorMatches(selector, labels),
  };
  const claimed = claim(claimant, candidates(job, sync));
  const settling = note === undefined ? settleClaim(claimant, claimed, replies) : undefined;
  if (settling !== undefined) return settling;
  const released = mutants.has("JOB-01") ? new Set<string>() : stillReleased(memory, key, claimed.owned);
  const view = viewOf(job, claimed.owned, released, now);
  const backoff = backoffAfter(memory.backoff.get(key) ?? noFailures, view.newSucceeded, view.newFailed);
  if (note !== undefined) {
    const { decision, failure } = afterPods(note.decision, replies);
    return keepBooks(view, sync, {
      decision,
      backoff,
      events: podEvents(job, replies),
      ...(failure !== undefined && { failure }),
    });
  }
  const plan = decide(view, backoff, sync.expectationsSatisfied);
  if (plan.writes.length === 0) return keepBooks(view, sync, { decision: plan.decision, backoff, events: plan.events });
  const stage: Note = { stage: "pods", decision: plan.decision, failing: plan.decision.ending !== undefined };
  return {
    writes: plan.writes.map((step) => step.map((write) => ({ ...write, note: stage }))),
    events: plan.events,
    then: "replies",
  };
}

function forget(memory: JobMemory, key: string): Result {
  memory.backoff.delete(key);
  memory.released.delete(key);
  return nothing;
}

function candidates(job: Job, { listers }: Sync<JobMemory>): readonly Pod[] {
  const pods = listers.of("pods");
  const owned = pods.byIndex(BY_CONTROLLER, job.metadata.uid);
  const orphans = pods.byIndex(BY_CONTROLLER, orphansOf(job.metadata.namespace ?? ""));
  return cast<readonly Pod[]>(orphans.length === 0 ? owned : [...owned, ...orphans]);
}

/** Forgets releases that the informer shows. */
function stillReleased({ released }: JobMemory, key: string, pods: readonly Pod[]): ReadonlySet<string> {
  const known = released.get(key);
  if (known === undefined) return new Set();
  const held = new Set(
    pods.filter((pod) => isTracked(pod) && known.has(pod.metadata.uid)).map(({ metadata }) => metadata.uid),
  );
  if (held.size === 0) released.delete(key);
  else released.set(key, held);
  return held;
}

/** The decision after the pods' answers: refused creations are not active, refused deletions hold the end back. */
function afterPods(
  decision: Decision,
  replies: readonly Reply[],
): { readonly decision: Decision; readonly failure?: string } {
  let refused = 0;
  let failure: string | undefined;
  let stuck = false;
  for (const { write, response } of replies) {
    if (response.ok || response.status.reason === "NotFound") continue;
    failure ??= response.status.message ?? "a pod could not be written";
    if (write.request.verb === "create") refused += 1;
    else if (write.request.verb === "delete") stuck = true;
  }
  if (failure === undefined) return { decision };
  const { ending, ...rest } = decision;
  return {
    decision: { ...rest, active: decision.active - refused, ...(ending !== undefined && !stuck && { ending }) },
    failure,
  };
}

function podEvents(job: Job, replies: readonly Reply[]): readonly RecordedEvent[] {
  return replies.flatMap((reply): RecordedEvent[] => {
    const { verb, name = "" } = reply.write.request;
    if (verb !== "create" && verb !== "delete") return [];
    if (!reply.response.ok) {
      if (verb === "delete") return [];
      return [
        {
          object: job,
          type: "Warning",
          reason: "FailedCreate",
          message: `Error creating: ${reply.response.status.message ?? ""}`,
        },
      ];
    }
    const made = verb === "create";
    const pod = made ? (objectOf(reply)?.metadata.name ?? "") : name;
    return [
      {
        object: job,
        type: "Normal",
        reason: made ? "SuccessfulCreate" : "SuccessfulDelete",
        message: `${made ? "Created" : "Deleted"} pod: ${pod}`,
      },
    ];
  });
}

interface Books {
  readonly decision: Decision;
  readonly backoff: BackoffRecord;
  readonly events: readonly RecordedEvent[];
  readonly failure?: string;
}

/** Writes what ended pods add to the status, then lets those pods go. */
function keepBooks(
  view: JobView,
  { memory, key }: Sync<JobMemory>,
  { decision, backoff, events, failure }: Books,
): Result {
  const { job } = view;
  const tracking = track(view, decision);
  const { counted, terminal, overflow } = tracking;
  const closing: Closing = {
    ...(terminal !== undefined && { terminal }),
    terminating: decision.terminating,
    overflow,
    counted: counted.map(({ metadata }) => metadata.uid),
    decision,
    backoff,
    ...(failure !== undefined && { failure }),
  };
  // The API refuses more ready than active pods, which is what waiting for a back-off reports: nothing is counted then.
  if (tracking.needsWrite && decision.ready > decision.active)
    return finish([], events, { ...closing, ...(decision.requeueAfter === undefined && { failure: TOO_MANY_READY }) });
  if (!tracking.needsWrite && counted.length === 0) {
    const { write, event } = close({ job, released: [], terminal, terminating: decision.terminating, overflow }, false);
    return finish(write === undefined ? [] : [[write]], [...events, ...(event === undefined ? [] : [event])], closing);
  }
  const note: Note = { stage: "status", closing };
  const body = cast<Job>({ ...job, status: tracking.status });
  const status: Write[][] = tracking.needsWrite ? [[{ ...updateStatus(JOBS, body), note }]] : [];
  if (!tracking.needsWrite) {
    remember(memory, key, closing.counted);
    return { writes: [counted.map((pod) => ({ ...release(pod), note }))], events, then: "replies" };
  }
  return { writes: status, events, then: "replies" };
}

function remember({ released }: JobMemory, key: string, uids: readonly string[]): void {
  released.set(key, new Set([...(released.get(key) ?? []), ...uids]));
}

/** After the status: takes the finalizers away; after those: closes the books. */
function afterStatus(stored: Job, sync: Sync<JobMemory>, closing: Closing): Result {
  const { replies, memory, key, listers } = sync;
  const statusReply = replies.findLast(({ write }) => write.request.subresource === "status");
  if (statusReply !== undefined && !statusReply.response.ok)
    return { writes: [], failed: statusReply.response.status.message ?? "the status could not be written" };
  memory.backoff.set(key, closing.backoff);
  const job = statusReply === undefined ? stored : cast<Job>(objectOf(statusReply) ?? stored);
  const note: Note = { stage: "status", closing };
  const releases = replies.filter(
    ({ write }) => write.request.verb === "patch" && cast<Note>(write.note)?.stage === "status",
  );
  if (releases.length === 0 && statusReply !== undefined) {
    const owned = cast<readonly Pod[]>(listers.of("pods").byIndex(BY_CONTROLLER, stored.metadata.uid));
    const counted = owned.filter((pod) => isTracked(pod) && closing.counted.includes(pod.metadata.uid));
    if (counted.length > 0) {
      remember(memory, key, closing.counted);
      return { writes: [counted.map((pod) => ({ ...release(pod), note }))], then: "replies" };
    }
  }
  const gone = releases
    .filter(({ response }) => response.ok || response.status.reason === "NotFound")
    .map(({ write }) => cast<{ readonly metadata: { readonly uid: string } }>(write.request.body).metadata.uid);
  const refused = releases.find(({ response }) => !response.ok && response.status.reason !== "NotFound");
  const { write, event } = close(
    { job, released: gone, terminal: closing.terminal, terminating: closing.terminating, overflow: closing.overflow },
    false,
  );
  const failure = closing.failure ?? (refused?.response.ok === false ? refused.response.status.message : undefined);
  return finish(write === undefined ? [] : [[write]], event === undefined ? [] : [event], {
    ...closing,
    ...(failure !== undefined && { failure }),
  });
}

function finish(
  writes: readonly (readonly Write[])[],
  events: readonly RecordedEvent[],
  { decision, failure }: Closing,
): Result {
  return {
    writes,
    events,
    ...(decision.requeueAfter !== undefined && { requeueAfter: decision.requeueAfter }),
    ...(failure !== undefined && { failed: failure }),
  };
}

/** Lets a pod go whose Job is gone or finished. */
export function reconcileOrphan({ key, listers }: Sync<JobMemory>): Result {
  const pod = cast<Pod | undefined>(listers.of("pods").get(key.slice(ORPHAN_PREFIX.length)));
  if (pod === undefined || !isTracked(pod)) return nothing;
  const reference = controllerOf(pod);
  const job = cast<Job | undefined>(listers.of(JOBS).get(`${pod.metadata.namespace ?? ""}/${reference?.name ?? ""}`));
  const wanted = reference?.kind === "Job" && job?.metadata.uid === reference.uid && !isJobFinished(job);
  return wanted ? nothing : { writes: [[release(pod)]] };
}
