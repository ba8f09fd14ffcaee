import type { ApiObject } from "../../api/object.ts";
import type { OwnerReference } from "../../api/types/meta-v1.ts";
import { nothing } from "../../client/controller.ts";
import type { Intents, Reply, Sync, Write } from "../../client/controller.ts";
import { compareText } from "../../base/order.ts";
import { kindEntry } from "../owner-kinds.ts";
import { get, ignoring, objectOf, patch, remove, targetOf } from "../requests.ts";
import type { Target } from "../requests.ts";
import { collectedResources, dependentsOf, isDeletingDependents, isOrphaning, nodeKey, nodeOf } from "./graph.ts";
import type { GraphNode } from "./graph.ts";

/** What a live read was for. */
type Question = { readonly ask: "self" } | { readonly ask: "owner"; readonly uid: string };

/** How an owner stands to the object. */
type Standing = "solid" | "dangling" | "waiting" | "unknown";

/** Looks at one object: finishes its own deletion, or asks whether an owner still wants it. */
export function reconcileGarbage(sync: Sync<undefined>, mutants: ReadonlySet<string>): Intents<never> {
  const node = nodeOf(sync.key, sync.listers);
  if (node === undefined) return nothing;
  const { object } = node;
  if (isOrphaning(object)) return orphanDependents(node, sync);
  if (isDeletingDependents(object)) return finishForeground(node, sync);
  if (object.metadata.deletionTimestamp !== undefined) return nothing;
  if ((object.metadata.ownerReferences ?? []).length === 0) return nothing;
  if (mutants.has("GC-01") || mutants.has("GC-03")) return attemptToDelete(node, object, sync, mutants);
  if (sync.replies.length === 0) return { writes: [questions(node)], then: "replies" };
  const self = sync.replies.find(({ write }) => (write.note as Question).ask === "self");
  const latest = self === undefined ? undefined : objectOf(self);
  if (latest === undefined)
    return self?.response.ok === false && self.response.status.reason !== "NotFound" ? failed(self) : nothing;
  if (latest.metadata.uid !== object.metadata.uid || latest.metadata.deletionTimestamp !== undefined) return nothing;
  return attemptToDelete(node, latest, sync, mutants);
}

/** Live reads of the object and of all its owners. */
function questions({ resource, object }: GraphNode): readonly Write[] {
  const asked: Write[] = [{ note: { ask: "self" } satisfies Question, ...get(targetOf(resource, object)) }];
  for (const reference of object.metadata.ownerReferences ?? []) {
    const target = ownerTarget(object, reference);
    if (target !== undefined)
      asked.push({ note: { ask: "owner", uid: reference.uid } satisfies Question, ...get(target) });
  }
  return asked;
}

/** Where the owner must be; undefined when that cannot be told, so that the object is never collected. */
function ownerTarget(object: ApiObject, { apiVersion, kind, name }: OwnerReference): Target | undefined {
  const entry = kindEntry(apiVersion, kind);
  if (entry === undefined) return undefined;
  if (!entry.namespaced) return { resource: entry.resource, name };
  const { namespace } = object.metadata;
  return namespace === undefined ? undefined : { resource: entry.resource, namespace, name };
}

function attemptToDelete(
  { resource, object }: GraphNode,
  latest: ApiObject,
  sync: Sync<undefined>,
  mutants: ReadonlySet<string>,
): Intents<never> {
  const references = latest.metadata.ownerReferences ?? [];
  if (references.length === 0) return nothing;
  const standings = references.map((reference) => standingOf(latest, reference, sync, mutants));
  const unanswered = sync.replies.find(
    ({ write, response }) =>
      (write.note as Question).ask === "owner" && !response.ok && response.status.reason !== "NotFound",
  );
  if (unanswered !== undefined) return failed(unanswered);
  if (standings.includes("unknown")) return nothing;
  const target = targetOf(resource, object);
  const unsolid = references.filter((_, i) => standings[i] !== "solid");
  if (unsolid.length < references.length)
    return unsolid.length === 0 ? nothing : { writes: [[dropOwners(target, latest, unsolid)]] };
  const { uid, resourceVersion, finalizers } = latest.metadata;
  const preconditions = { uid, resourceVersion };
  const dependents = dependentsOf(latest, sync.listers);
  if (standings.includes("waiting") && dependents.length > 0) {
    const cycle = dependents.some((dependent) => isDeletingDependents(dependent.object));
    const unblock = cycle ? [unblockOwners(target, latest)] : [];
    const foreground = remove(target, {
      propagationPolicy: "Foreground",
      preconditions: cycle ? { uid } : preconditions,
    });
    return { writes: unblock.length > 0 ? [unblock, [foreground]] : [[foreground]] };
  }
  const propagationPolicy = finalizers?.includes("orphan")
    ? "Orphan"
    : finalizers?.includes("foregroundDeletion")
      ? "Foreground"
      : "Background";
  return { writes: [[remove(target, { propagationPolicy, preconditions })]] };
}

function standingOf(
  object: ApiObject,
  reference: OwnerReference,
  { listers, replies }: Sync<undefined>,
  mutants: ReadonlySet<string>,
): Standing {
  if (mutants.has("GC-01")) {
    for (const resource of collectedResources)
      for (const owner of listers.of(resource).list())
        if (owner.metadata.uid === reference.uid) return waitsForMe(owner, reference) ? "waiting" : "solid";
    return "dangling";
  }
  const target = ownerTarget(object, reference);
  if (target === undefined) return "unknown";
  if (mutants.has("GC-03")) {
    const owner = listers
      .of(target.resource)
      .get(target.namespace === undefined ? target.name : `${target.namespace}/${target.name}`);
    if (owner?.metadata.uid !== reference.uid) return "dangling";
    return waitsForMe(owner, reference) ? "waiting" : "solid";
  }
  const reply = replies.find(({ write }) => {
    const question = write.note as Question;
    return question.ask === "owner" && question.uid === reference.uid && write.request.name === reference.name;
  });
  if (reply === undefined) return "unknown";
  const owner = objectOf(reply);
  if (owner?.metadata.uid !== reference.uid) return "dangling";
  return waitsForMe(owner, reference) ? "waiting" : "solid";
}

/** A foreground deletion waits for this dependent only if it blocks. */
function waitsForMe(owner: ApiObject, reference: OwnerReference): boolean {
  return isDeletingDependents(owner) && reference.uid === owner.metadata.uid;
}

function failed({ response }: Reply): Intents<never> {
  return { writes: [], failed: response.ok ? "" : (response.status.message ?? "") };
}

/** Takes owner references away from the object. */
function dropOwners(target: Target, object: ApiObject, references: readonly OwnerReference[]): Write {
  const ownerReferences = references.map(({ uid }) => ({ $patch: "delete", uid }));
  const body = { metadata: { ownerReferences, uid: object.metadata.uid } };
  return ignoring(patch(target, "strategic", body), "NotFound");
}

/** Breaks a circle of objects that wait for each other. */
function unblockOwners(target: Target, object: ApiObject): Write {
  const ownerReferences = (object.metadata.ownerReferences ?? []).map((reference) => ({
    ...reference,
    blockOwnerDeletion: false,
  }));
  return patch(target, "merge", { metadata: { ownerReferences, uid: object.metadata.uid } });
}

/** Foreground: the finalizer goes when no dependent blocks any more; until then the dependents are looked at. */
function finishForeground({ resource, object }: GraphNode, { listers }: Sync<undefined>): Intents<never> {
  const { uid } = object.metadata;
  const blocked = dependentsOf(object, listers).some((dependent) =>
    dependent.object.metadata.ownerReferences?.some(
      (reference) => reference.uid === uid && reference.blockOwnerDeletion === true,
    ),
  );
  return blocked ? nothing : { writes: [[dropFinalizer({ resource, object }, "foregroundDeletion")]] };
}

/** Orphan: the dependents forget this owner, then its finalizer goes. */
function orphanDependents(node: GraphNode, { listers }: Sync<undefined>): Intents<never> {
  const { object } = node;
  const dependents = [...dependentsOf(object, listers)].sort((a, b) =>
    compareText(nodeKey(a.resource, a.object), nodeKey(b.resource, b.object)),
  );
  const forget = dependents.map((dependent) =>
    dropOwners(targetOf(dependent.resource, dependent.object), dependent.object, [
      { apiVersion: "", kind: "", name: "", uid: object.metadata.uid },
    ]),
  );
  const done = [dropFinalizer(node, "orphan")];
  return { writes: forget.length > 0 ? [forget, done] : [done] };
}

function dropFinalizer({ resource, object }: GraphNode, finalizer: string): Write {
  const { finalizers, resourceVersion } = object.metadata;
  const rest = (finalizers ?? []).filter((name) => name !== finalizer);
  const body = { metadata: { resourceVersion, finalizers: rest.length > 0 ? rest : null } };
  return ignoring(patch(targetOf(resource, object), "merge", body), "NotFound");
}
