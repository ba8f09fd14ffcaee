import { controllerOf, objectKey, keyOf } from "../api/object.ts";
import type { ApiObject, Resource } from "../api/object.ts";
import { selectorMatches } from "../api/label-selector.ts";
import type { LabelSelector } from "../api/types/meta-v1.ts";
import { cast } from "../base/units.ts";
import type { InformerEvent } from "../client/component.ts";
import type { Listers } from "../client/informer.ts";
import { BY_NAMESPACE } from "./indexes.ts";

/** The kind of an owner of pods and where it is found; the resource needs index `BY_NAMESPACE`. */
export interface OwnerKind {
  readonly kind: string;
  readonly resource: Resource;
}

/** Key of the pod's controller, if it is of this kind and the informer has it. */
export function ownerKeyOf({ kind, resource }: OwnerKind, pod: ApiObject, listers: Listers): string | undefined {
  const reference = controllerOf(pod);
  if (reference?.kind !== kind) return undefined;
  const key = keyOf(pod.metadata.namespace ?? "", reference.name);
  return listers.of(resource).get(key)?.metadata.uid === reference.uid ? key : undefined;
}

/** Owners that a change of a pod (or another owned object) concerns: its controller, its former one, and for an orphan all that select it. */
export function ownersConcerned(
  owner: OwnerKind,
  { before, after }: InformerEvent,
  listers: Listers,
): readonly string[] {
  const pod = after ?? before;
  if (pod === undefined) return [];
  const keys: string[] = [];
  const reference = controllerOf(pod);
  const former = before === undefined ? undefined : controllerOf(before);
  if (before !== undefined && former !== undefined && former.uid !== reference?.uid) {
    const key = ownerKeyOf(owner, before, listers);
    if (key !== undefined) keys.push(key);
  }
  if (reference !== undefined) {
    const key = ownerKeyOf(owner, pod, listers);
    if (key !== undefined) keys.push(key);
    return keys;
  }
  if (after === undefined || after.metadata.deletionTimestamp !== undefined) return keys;
  if (before !== undefined && former === undefined && before.metadata.labels === after.metadata.labels) return keys;
  for (const candidate of listers.of(owner.resource).byIndex(BY_NAMESPACE, after.metadata.namespace ?? "")) {
    const { selector } = cast<{ readonly spec?: { readonly selector?: LabelSelector } }>(candidate).spec ?? {};
    if (selectorMatches(selector, after.metadata.labels)) keys.push(objectKey(candidate));
  }
  return keys;
}
