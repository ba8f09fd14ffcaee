import { keyOf } from "../../api/object.ts";
import type { InformerEvent } from "../../client/component.ts";
import type { Listers } from "../../client/informer.ts";
import type { Controller, Wake } from "../../client/controller.ts";
import type { ApiObject, Resource } from "../../api/object.ts";
import { kindEntry } from "../owner-kinds.ts";
import { mutantsOf } from "../options.ts";
import type { ControllerOptions } from "../options.ts";
import {
  BY_OWNER,
  byOwner,
  collectedResources,
  dependentsOf,
  isDeletingDependents,
  isOrphaning,
  nodeKey,
} from "./graph.ts";
import { reconcileGarbage } from "./reconcile.ts";

const NO_WAKES: readonly Wake[] = [];

/** Deletes what has lost its owners, and carries out foreground and orphaning deletions. */
export function garbageCollector(options?: ControllerOptions): Controller<undefined> {
  const mutants = mutantsOf(options);
  return {
    name: "garbage-collector-controller",
    workers: 20,
    watches: collectedResources.map((resource) => ({ resource, indexes: { [BY_OWNER]: byOwner } })),
    initialMemory: () => undefined,
    wakes,
    reconcile: (sync) => reconcileGarbage(sync, mutants),
  };
}

function wakes({ resource, before, after }: InformerEvent, listers: Listers): readonly Wake[] {
  if (after === undefined) {
    if (before === undefined) return NO_WAKES;
    const dependents = dependentsOf(before, listers).map((node) => ({ key: nodeKey(node.resource, node.object) }));
    return [...dependents, ...foregroundOwners(before, listers)];
  }
  const keys: Wake[] = [];
  if (isOrphaning(after)) keys.push({ key: nodeKey(resource, after) });
  else if (isDeletingDependents(after)) {
    keys.push({ key: nodeKey(resource, after) });
    for (const node of dependentsOf(after, listers)) keys.push({ key: nodeKey(node.resource, node.object) });
  } else if (before?.metadata.ownerReferences !== after.metadata.ownerReferences && needsLook(resource, after, listers))
    keys.push({ key: nodeKey(resource, after) });
  const { ownerReferences } = after.metadata;
  if (before !== undefined && before.metadata.ownerReferences !== ownerReferences)
    keys.push(...foregroundOwners(before, listers));
  return keys.length === 0 ? NO_WAKES : keys;
}

/** Owners that wait for a dependent which has gone or has changed its owners. */
function foregroundOwners(object: ApiObject, listers: Listers): readonly Wake[] {
  const keys: Wake[] = [];
  for (const { apiVersion, kind, name } of object.metadata.ownerReferences ?? []) {
    const entry = kindEntry(apiVersion, kind);
    if (entry === undefined || !collectedResources.includes(entry.resource)) continue;
    const key = entry.namespaced ? keyOf(object.metadata.namespace ?? "", name) : name;
    const owner = listers.of(entry.resource).get(key);
    if (owner !== undefined && isDeletingDependents(owner)) keys.push({ key: nodeKey(entry.resource, owner) });
  }
  return keys;
}

/** Some owner is not in the informers, or waits for its dependents to go. */
function needsLook(resource: Resource, object: ApiObject, listers: Listers): boolean {
  for (const { apiVersion, kind, name, uid } of object.metadata.ownerReferences ?? []) {
    const entry = kindEntry(apiVersion, kind);
    if (entry === undefined || !collectedResources.includes(entry.resource)) continue;
    const key = entry.namespaced ? keyOf(object.metadata.namespace ?? "", name) : name;
    const owner = listers.of(entry.resource).get(key);
    if (owner === undefined || owner.metadata.uid !== uid || isDeletingDependents(owner)) return resource !== "";
  }
  return false;
}
