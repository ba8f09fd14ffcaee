import { controllerOf } from "../api/object.ts";
import type { ApiObject, Resource } from "../api/object.ts";
import type { Labels } from "../api/label-selector.ts";
import type { Intents, Reply, Write } from "../client/controller.ts";
import { controllerReference, get, ignoring, objectOf, patch, targetOf } from "./requests.ts";

/** An owner that claims objects by its selector (upstream: controller_ref_manager.go). */
export interface Claimant {
  readonly owner: ApiObject;
  readonly ownerResource: Resource;
  /** What is claimed: "pods", "replicasets.apps". */
  readonly resource: Resource;
  matches(labels: Labels): boolean;
}

/** What the owner has, and what it should take or give back. */
export interface Claim<T> {
  readonly owned: readonly T[];
  readonly toAdopt: readonly T[];
  readonly toRelease: readonly T[];
}

/** Sorts candidates (the owner's objects and the namespace's orphans) into owned, to adopt and to release. */
export function claim<T extends ApiObject>(claimant: Claimant, candidates: Iterable<T>): Claim<T> {
  const { owner } = claimant;
  const ending = owner.metadata.deletionTimestamp !== undefined;
  const owned: T[] = [];
  const toAdopt: T[] = [];
  const toRelease: T[] = [];
  for (const object of candidates) {
    const matches = claimant.matches(object.metadata.labels);
    const reference = controllerOf(object);
    if (reference !== undefined) {
      if (reference.uid !== owner.metadata.uid) continue;
      if (matches) owned.push(object);
      else if (!ending) toRelease.push(object);
    } else if (matches && !ending && object.metadata.deletionTimestamp === undefined) toAdopt.push(object);
  }
  return { owned, toAdopt, toRelease };
}

/**
 * The writes that carry a claim out, or undefined when there is nothing to do. Adoption first reads the owner past
 * the informer, so it takes two calls; the objects' own events wake the owner again afterwards.
 */
export function settleClaim<T extends ApiObject>(
  claimant: Claimant,
  { toAdopt, toRelease }: Claim<T>,
  replies: readonly Reply[],
): Intents<never> | undefined {
  if (toRelease.length > 0) return { writes: [toRelease.map((object) => release(claimant, object))] };
  if (toAdopt.length === 0) return undefined;
  const { owner, ownerResource } = claimant;
  const recheck = replies.find((reply) => reply.write.request.verb === "get");
  if (recheck === undefined) return { writes: [[get(targetOf(ownerResource, owner))]], then: "replies" };
  const fresh = objectOf(recheck);
  if (fresh === undefined || fresh.metadata.uid !== owner.metadata.uid)
    return { writes: [], failed: `original ${owner.kind} ${owner.metadata.name} is gone` };
  if (fresh.metadata.deletionTimestamp !== undefined)
    return { writes: [], failed: `${owner.metadata.name} has just been deleted` };
  return { writes: [toAdopt.map((object) => adopt(claimant, object))] };
}

function adopt(claimant: Claimant, object: ApiObject): Write {
  const body = { metadata: { ownerReferences: [controllerReference(claimant.owner)], uid: object.metadata.uid } };
  return ignoring(patch(targetOf(claimant.resource, object), "strategic", body), "NotFound");
}

function release(claimant: Claimant, object: ApiObject): Write {
  const reference = { $patch: "delete", uid: claimant.owner.metadata.uid };
  const body = { metadata: { ownerReferences: [reference], uid: object.metadata.uid } };
  return ignoring(patch(targetOf(claimant.resource, object), "strategic", body), "NotFound", "Invalid");
}
