import { compareText } from "../../base/order.ts";
import { deepEqual } from "../../api/equal.ts";
import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import type { PodTemplateSpec } from "../../api/types/core-v1.ts";
import { POD_TEMPLATE_HASH } from "./names.ts";
import { sizeOf } from "./budget.ts";

/** A Deployment's ReplicaSets: the one of its present template, and all others, oldest first. */
export interface History {
  readonly newReplicaSet: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

/** Finds the new ReplicaSet: the oldest whose template is the Deployment's, label pod-template-hash aside. */
export function historyOf(deployment: Deployment, owned: readonly ReplicaSet[]): History {
  const sorted = [...owned].sort(byAge);
  const newReplicaSet = sorted.find((replicaSet) => isTemplateOf(deployment, replicaSet));
  return { newReplicaSet, old: sorted.filter((replicaSet) => replicaSet !== newReplicaSet) };
}

/** All ReplicaSets of a history, the new one last. */
export function allOf({ newReplicaSet, old }: History): readonly ReplicaSet[] {
  return newReplicaSet === undefined ? old : [...old, newReplicaSet];
}

/** Those that want pods. */
export function activeOf(replicaSets: readonly ReplicaSet[]): ReplicaSet[] {
  return replicaSets.filter((replicaSet) => sizeOf(replicaSet) > 0);
}

/** Oldest first, ties by name. */
export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  return (
    compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
    compareText(a.metadata.name, b.metadata.name)
  );
}

/** Whether the ReplicaSet was made from the Deployment's present template. */
export function isTemplateOf(deployment: Deployment, replicaSet: ReplicaSet): boolean {
  return (
    replicaSet.spec.template !== undefined && equalIgnoringHash(deployment.spec.template, replicaSet.spec.template)
  );
}

const compared = new WeakMap<PodTemplateSpec, WeakMap<PodTemplateSpec, boolean>>();

/** Whether two templates are the same but for label pod-template-hash; remembered by identity. */
export function equalIgnoringHash(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  let known = compared.get(a);
  if (known === undefined) compared.set(a, (known = new WeakMap()));
  let equal = known.get(b);
  if (equal === undefined) {
    equal =
      deepEqual(a.spec, b.spec) &&
      sameEntries(withoutHash(a.metadata?.labels), withoutHash(b.metadata?.labels)) &&
      sameEntries(a.metadata?.annotations, b.metadata?.annotations);
    known.set(b, equal);
  }
  return equal;
}

type Entries = { readonly [key: string]: string } | undefined;

function withoutHash(labels: Entries): Entries {
  if (labels?.[POD_TEMPLATE_HASH] === undefined) return labels;
  const { [POD_TEMPLATE_HASH]: _, ...rest } = labels;
  return rest;
}

function sameEntries(a: Entries, b: Entries): boolean {
  return deepEqual(a ?? {}, b ?? {});
}
