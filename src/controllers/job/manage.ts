import type { Millis } from "../../base/units.ts";
import type { Job } from "../../api/types/batch-v1.ts";
import type { Container, Pod, PodTemplateSpec } from "../../api/types/core-v1.ts";
import type { Write } from "../../client/controller.ts";
import { isReady, isTerminating } from "../pods.ts";
import { podFromTemplate } from "../pod-from-template.ts";
import { compareActivePods } from "../replica-set/pod-order.ts";
import { create, remove, targetOf } from "../requests.ts";
import { backoffLeft } from "./backoff.ts";
import type { BackoffRecord } from "./backoff.ts";
import { judgeFailure } from "./failure-policy.ts";
import { COMPLETION_INDEX, completionIndex, firstFree, merged, withIndexes } from "./indexes.ts";
import {
  TRACKING,
  allIndexFailures,
  failureAnnotations,
  finishedAt,
  hasLimitPerIndex,
  isIndexed,
  isTracked,
  release,
  replacesOnlyFailed,
} from "./pods.ts";
import type { JobView } from "./view.ts";

/** Pods made or removed per sync at most. */
const PER_SYNC_MAX = 500;
const NAME_CHARS_MAX = 58;

/** What becomes of the pods, and the counters that follow from it. */
export interface PodPlan {
  readonly writes: readonly (readonly Write[])[];
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
  readonly requeueAfter?: Millis;
}

/** Removes surplus pods and makes missing ones, unless failures ask for patience. */
export function managePods(view: JobView, backoff: BackoffRecord): PodPlan {
  const { job, active } = view;
  const suspended = job.spec?.suspend === true;
  const surplus = suspended ? active : surplusPods(job, active, Math.max(0, active.length - wantedActive(view)));
  const removed = surplus.slice(0, PER_SYNC_MAX);
  const left = active.length - removed.length;
  const counters = {
    active: left,
    ready: active.filter(isReady).length - removed.filter(isReady).length,
    terminating: view.terminating + removed.length,
  };
  const removals = removed.length === 0 ? [] : removalWrites(removed);
  if (suspended) return { writes: removals, ...counters };
  const terminating = replacesOnlyFailed(job) ? counters.terminating : 0;
  const missing = wantedActive(view) - terminating - left;
  if (missing <= 0) return { writes: removals, ...counters };
  return {
    ...creations(view, Math.min(missing, PER_SYNC_MAX), backoff, counters),
    ...(removals.length > 0 && { writes: removals }),
  };
}

function wantedActive({ job, succeeded, active }: JobView): number {
  const parallelism = job.spec?.parallelism ?? 1;
  const completions = job.spec?.completions;
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

/** Pods of repeated or surplus indexes first, then by the order in which pods are deleted. */
function surplusPods(job: Job, active: readonly Pod[], atLeast: number): readonly Pod[] {
  const left: Pod[] = [];
  const surplus: Pod[] = [];
  if (isIndexed(job)) {
    const seen = new Set<number>();
    for (const pod of [...active].sort((a, b) => compareActivePods(b, a))) {
      const index = completionIndex(pod);
      if (index === undefined || index >= (job.spec?.completions ?? 0) || seen.has(index)) surplus.push(pod);
      else {
        seen.add(index);
        left.push(pod);
      }
    }
  } else left.push(...active);
  if (surplus.length < atLeast) surplus.push(...left.sort(compareActivePods).slice(0, atLeast - surplus.length));
  return surplus;
}

function removalWrites(pods: readonly Pod[]): readonly (readonly Write[])[] {
  const deletions = pods.map((pod): Write => ({
    ...remove(targetOf("pods", pod)),
    expect: { kind: "deletion", uid: pod.metadata.uid },
  }));
  const releases = pods.filter(isTracked).map(release);
  return releases.length > 0 ? [releases, deletions] : [deletions];
}

function creations(
  view: JobView,
  missing: number,
  backoff: BackoffRecord,
  counters: Pick<PodPlan, "active" | "ready" | "terminating">,
): PodPlan {
  const { job, now } = view;
  const wait = hasLimitPerIndex(job) ? 0 : backoffLeft(backoff, now);
  // While it waits, upstream reports no active pods at all.
  if (wait > 0) return { writes: [], ...counters, active: 0, requeueAfter: wait };
  if (!isIndexed(job)) {
    const write = creation(job, podFromTemplate(job, tracked(job.spec?.template), `${job.metadata.name}-`));
    return {
      writes: slowStart(Array.from({ length: missing }, () => write)),
      ...counters,
      active: counters.active + missing,
    };
  }
  const pending = pendingIndexes(view, missing);
  const waits = pending.map((index) => delayOf(view.delayed.get(index), now));
  const due = hasLimitPerIndex(job) ? pending.filter((_, i) => waits[i] === 0) : pending;
  if (due.length === 0 && pending.length > 0)
    return { writes: [], ...counters, active: 0, requeueAfter: Math.min(...waits) };
  const writes = slowStart(due.map((index) => creation(job, indexedPod(view, index))));
  return { writes, ...counters, active: counters.active + due.length };
}

function delayOf(replaced: Pod | undefined, now: Millis): Millis {
  if (replaced === undefined) return 0;
  return backoffLeft({ failures: allIndexFailures(replaced) + 1, lastFailureAt: finishedAt(replaced) }, now);
}

function pendingIndexes(
  { job, pods, active, succeededIndexes, failedIndexes }: JobView,
  count: number,
): readonly number[] {
  const going = replacesOnlyFailed(job) ? pods.filter(isTerminating) : [];
  const running = [...active, ...going].flatMap((pod) => completionIndex(pod) ?? []);
  const taken = merged(withIndexes(succeededIndexes, running), failedIndexes ?? []);
  return firstFree(taken, count, job.spec?.completions ?? 0);
}

function indexedPod({ job, delayed }: JobView, index: number): unknown {
  const template = tracked(job.spec?.template);
  const replaced = delayed.get(index);
  const counted = replaced === undefined || judgeFailure(job, replaced).counted;
  const metadata = {
    ...template.metadata,
    labels: { ...template.metadata?.labels, [COMPLETION_INDEX]: String(index) },
    annotations: {
      ...template.metadata?.annotations,
      [COMPLETION_INDEX]: String(index),
      ...(hasLimitPerIndex(job) && failureAnnotations(replaced, counted)),
    },
  };
  const spec = {
    ...template.spec,
    hostname: `${job.metadata.name}-${index}`,
    containers: (template.spec?.containers ?? []).map(withIndexVariable),
    ...(template.spec?.initContainers !== undefined && {
      initContainers: template.spec.initContainers.map(withIndexVariable),
    }),
  };
  const suffix = `-${index}-`;
  const name = `${job.metadata.name.slice(0, NAME_CHARS_MAX - suffix.length)}${suffix}`;
  return podFromTemplate(job, { ...template, metadata, spec } as PodTemplateSpec, name);
}

function withIndexVariable(container: Container): Container {
  const name = "JOB_COMPLETION_INDEX";
  if (container.env?.some((variable) => variable.name === name) === true) return container;
  const fieldRef = { apiVersion: "v1", fieldPath: `metadata.labels['${COMPLETION_INDEX}']` };
  return { ...container, env: [...(container.env ?? []), { name, valueFrom: { fieldRef } }] };
}

/** The template with the tracking finalizer. */
function tracked(template: PodTemplateSpec | undefined): PodTemplateSpec {
  const finalizers = [...(template?.metadata?.finalizers ?? []), TRACKING];
  return { ...template, metadata: { ...template?.metadata, finalizers } } as PodTemplateSpec;
}

function creation(job: Job, body: unknown): Write {
  return { ...create("pods", job.metadata.namespace, body), expect: { kind: "creation" } };
}

/** Batches of 1, 2, 4… */
function slowStart(writes: readonly Write[]): readonly (readonly Write[])[] {
  const batches: Write[][] = [];
  for (let from = 0, size = 1; from < writes.length;) {
    batches.push(writes.slice(from, from + size));
    from += size;
    size *= 2;
  }
  return batches;
}
