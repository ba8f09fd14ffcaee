import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import { desiredReplicas, maxSurge } from "./budget.ts";
import { DESIRED_REPLICAS, MAX_REPLICAS, REVISION, REVISION_HISTORY, ROLLBACK_TO, staysBehind } from "./names.ts";

export type Annotations = { readonly [key: string]: string };

const NONE: Annotations = {};
/** A revision history is not longer than so many characters; the oldest revisions are dropped. */
const HISTORY_CHARS_MAX = 2000;

/** A revision annotation as a number: 0 when absent, undefined when it is none. */
export function revisionOf(object: { readonly metadata: { readonly annotations?: Annotations } }): number | undefined {
  const text = object.metadata.annotations?.[REVISION];
  if (text === undefined) return 0;
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

/** The highest revision among the ReplicaSets. */
export function maxRevision(replicaSets: readonly ReplicaSet[]): number {
  let max = 0;
  for (const replicaSet of replicaSets) max = Math.max(max, revisionOf(replicaSet) ?? 0);
  return max;
}

/** The second highest revision among the ReplicaSets; 0 when there is none. */
export function lastRevision(replicaSets: readonly ReplicaSet[]): number {
  let max = 0;
  let second = 0;
  for (const replicaSet of replicaSets) {
    const revision = revisionOf(replicaSet);
    if (revision === undefined) continue;
    if (revision >= max) {
      second = max;
      max = revision;
    } else if (revision > second) second = revision;
  }
  return second;
}

/** The revision to roll back to by the deprecated annotation; 0 means the previous one. */
export function rollbackTo(deployment: Deployment): number | undefined {
  const text = deployment.metadata.annotations?.[ROLLBACK_TO];
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

/** A non-negative 32-bit number of an annotation. */
export function countOf(replicaSet: ReplicaSet, annotation: string): number | undefined {
  const text = replicaSet.metadata.annotations?.[annotation];
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  const count = Number(text);
  return count <= 0x7fffffff ? count : undefined;
}

/** The ReplicaSet's annotations with the Deployment's present size; the same object when nothing changes. */
export function withReplicas(annotations: Annotations | undefined, deployment: Deployment): Annotations {
  const desired = String(desiredReplicas(deployment));
  const max = String(desiredReplicas(deployment) + maxSurge(deployment));
  if (annotations?.[DESIRED_REPLICAS] === desired && annotations[MAX_REPLICAS] === max) return annotations;
  return { ...annotations, [DESIRED_REPLICAS]: desired, [MAX_REPLICAS]: max };
}

/** Annotations of the new ReplicaSet: the Deployment's, the revision and its history; the same object if unchanged. */
export function newReplicaSetAnnotations(
  deployment: Deployment,
  annotations: Annotations | undefined,
  revision: number,
): Annotations {
  const before = annotations ?? NONE;
  let after: { [key: string]: string } | undefined;
  const given = deployment.metadata.annotations ?? NONE;
  for (const key in given) {
    const value = given[key];
    if (value === undefined || staysBehind(key) || before[key] === value) continue;
    after ??= { ...before };
    after[key] = value;
  }
  const oldText = before[REVISION];
  const old = oldText === undefined || oldText === "" ? 0 : /^[+-]?\d+$/.test(oldText) ? Number(oldText) : undefined;
  if (old === undefined) return before;
  if (old < revision) {
    after ??= { ...before };
    after[REVISION] = String(revision);
    if (oldText !== undefined) {
      const history = extendedHistory(before[REVISION_HISTORY] ?? "", oldText);
      if (history !== undefined) after[REVISION_HISTORY] = history;
    }
  }
  return after ?? before;
}

function extendedHistory(history: string, revision: string): string | undefined {
  if (history === "" || history.startsWith(",")) return revision;
  const revisions = history.split(",");
  let length = history.length + revision.length + 1;
  let start = 0;
  while (length > HISTORY_CHARS_MAX && start < revisions.length) {
    length -= (revisions[start] ?? "").length + 1;
    start += 1;
  }
  return length <= HISTORY_CHARS_MAX ? [...revisions.slice(start), revision].join(",") : undefined;
}
