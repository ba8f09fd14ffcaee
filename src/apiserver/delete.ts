import { withField } from "../base/with-field.ts";
import { cast } from "../base/units.ts";
import { parseTimestamp, timestamp } from "../base/time.ts";
import type { ApiObject } from "../api/object.ts";
import type { Request, RequestOptions, Response } from "../api/request.ts";
import type { Status } from "../api/status.ts";
import type { ObjectMeta } from "../api/types/meta-v1.ts";
import { admitDelete } from "./admission/admission.ts";
import { commit, remove } from "./commit.ts";
import { failure, forbidden, notFound, preconditionConflict } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { collectionItems, listOptionsProblem } from "./list.ts";
import type { Kind } from "./kind.ts";
import { readyToGo, storedObject } from "./update.ts";
import type { Call, Server } from "./server-state.ts";

const SYSTEM_CLASSES = new Set(["system-cluster-critical", "system-node-critical"]);
const PROTECTED_NAMESPACES = new Set(["default", "kube-system", "kube-public"]);

/** DELETE of one object. */
export function deleteObject(server: Server, kind: Kind, request: Request, call: Call): Response {
  const options = request.options ?? {};
  const wrong = deleteOptionsProblem(options);
  if (wrong !== undefined) return wrong;
  const stored = storedObject(server, kind, request);
  if (kind.plural === "namespaces" && PROTECTED_NAMESPACES.has(request.name ?? ""))
    return forbidden(kind, request.name ?? "", "this namespace may not be deleted");
  if (kind.plural === "priorityclasses" && SYSTEM_CLASSES.has(request.name ?? ""))
    return forbidden(kind, request.name ?? "", "this is a system priority class and cannot be deleted");
  if (stored === undefined) return notFound(kind, request.name ?? "");
  const refused = admitDelete(server, kind, stored, call);
  if (refused !== undefined) return refused;
  const { cache } = server.options;
  if (cache !== undefined && cache.held.size > 0 && kind.plural === "namespaces")
    cache.deletedNamespaces.set(stored.metadata.name, call.context.now);
  if (kind.deleteWarnings !== undefined) call.warnings.push(...kind.deleteWarnings(options));
  return removeStored(server, kind, stored, options, call);
}

/** DELETE of a collection: answers what was selected, as it was before. */
export function deleteCollection(server: Server, kind: Kind, request: Request, call: Call): Response {
  const options = request.options ?? {};
  const wrong = deleteOptionsProblem(options) ?? listOptionsProblem(server, options);
  if (wrong !== undefined) return wrong;
  const page = collectionItems(server, kind, request);
  if ("ok" in page) return page;
  if (kind.deleteWarnings !== undefined) call.warnings.push(...kind.deleteWarnings(options));
  for (const { metadata } of page.items) {
    const { name, namespace } = metadata;
    const item = storedObject(server, kind, { ...request, name, ...(namespace !== undefined && { namespace }) });
    if (item === undefined) continue;
    const refused = admitDelete(server, kind, item, call);
    if (refused !== undefined) return refused;
    const answer = removeStored(server, kind, item, options, call);
    if (!answer.ok && answer.status.reason !== "NotFound") return answer;
  }
  return { ok: true, code: 200, list: page };
}

function deleteOptionsProblem(options: RequestOptions): Failure | undefined {
  const { propagationPolicy } = options;
  const known = ["Foreground", "Background", "Orphan"];
  if (propagationPolicy === undefined || known.includes(propagationPolicy)) return undefined;
  const message = `Unsupported value: ${JSON.stringify(propagationPolicy)}: supported values: "Foreground", "Background", "Orphan", "nil"`;
  return failure(422, "Invalid", `DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: ${message}`, {
    group: "meta.k8s.io",
    kind: "DeleteOptions",
    causes: [{ reason: "FieldValueNotSupported", message, field: "propagationPolicy" }],
  });
}

/** Deletes a stored object by the rules of grace, finalizers and propagation. */
export function removeStored(
  server: Server,
  kind: Kind,
  stored: ApiObject,
  options: RequestOptions,
  call: Call,
): Response {
  const unmet = preconditionProblem(kind, stored, options);
  if (unmet !== undefined) return unmet;
  if (kind.plural === "namespaces") return terminateNamespace(server, kind, stored, call);
  const grace = gracefulStep(kind, stored, options, call);
  if (grace === "pending") return { ok: true, code: 200, object: stored };
  const finalizers = propagationFinalizers(kind, stored, options);
  const held = finalizers.length > 0;
  const started = grace?.metadata ?? stored.metadata;
  let meta: ObjectMeta = finalizers === stored.metadata.finalizers ? started : withFinalizers(started, finalizers);
  if (grace === undefined && held) meta = markDeleting(meta, call);
  const seconds = meta.deletionGracePeriodSeconds ?? 0;
  if (grace === undefined && !held) return gone(server, kind, stored, call);
  const marked = meta === stored.metadata ? stored : commit(server, kind, withMetadata(grace ?? stored, meta), call);
  if (held || seconds > 0) return { ok: true, code: 200, object: marked };
  return gone(server, kind, marked, call);
}

function withMetadata(object: ApiObject, metadata: ObjectMeta): ApiObject {
  return { ...object, metadata };
}

function withFinalizers(meta: ObjectMeta, finalizers: readonly string[]): ObjectMeta {
  if (finalizers.length > 0) return withField(meta, "finalizers", finalizers);
  const { finalizers: _, ...rest } = meta;
  return rest;
}

/** Removes the object for good and answers a Status, or the object for some kinds. */
function gone(server: Server, kind: Kind, object: ApiObject, call: Call): Response {
  remove(server, kind, object, call);
  if (kind.deleteReturnsObject === true) {
    const resourceVersion = call.dryRun ? object.metadata.resourceVersion : String(server.etcd.revision);
    return { ok: true, code: 200, object: withMetadata(object, { ...object.metadata, resourceVersion }) };
  }
  const { name, uid } = object.metadata;
  const status: Status = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { name, ...(kind.group !== "" && { group: kind.group }), kind: kind.plural, uid },
    code: 200,
  };
  const { code: _, ...shown } = status;
  return { ok: true, code: 200, object: cast<ApiObject>(shown) };
}

function preconditionProblem(kind: Kind, stored: ApiObject, options: RequestOptions): Failure | undefined {
  const { uid, resourceVersion } = options.preconditions ?? {};
  const { metadata } = stored;
  if (uid !== undefined && uid !== metadata.uid)
    return preconditionConflict(
      kind,
      metadata.name,
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    return preconditionConflict(
      kind,
      metadata.name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
  return undefined;
}

/**
 * Graceful deletion of kinds that know it: the object with the new deadline, "pending" when an earlier deletion goes on
 * unchanged, undefined when there is no grace to wait for.
 */
function gracefulStep(
  kind: Kind,
  stored: ApiObject,
  options: RequestOptions,
  call: Call,
): ApiObject | "pending" | undefined {
  const meta = stored.metadata;
  const asked =
    options.gracePeriodSeconds !== undefined && options.gracePeriodSeconds < 0 ? 1 : options.gracePeriodSeconds;
  if (meta.deletionTimestamp !== undefined) {
    const left = meta.deletionGracePeriodSeconds ?? 0;
    if (left === 0) return undefined;
    if (asked === undefined || asked >= left) return "pending";
    const moved = parseTimestamp(meta.deletionTimestamp) + (asked - left) * 1000;
    const expired = moved < call.context.now;
    const seconds = expired && asked !== 0 ? 1 : asked;
    const deadline = expired ? call.context.now : moved;
    return withMetadata(stored, deleting(meta, timestamp(deadline), seconds, false));
  }
  const seconds = kind.gracePeriodSeconds?.(stored, asked);
  if (seconds === undefined) return undefined;
  return withMetadata(stored, deleting(meta, timestamp(call.context.now + seconds * 1000), seconds, true));
}

/** The mark of kinds without grace that finalizers hold. */
function markDeleting(meta: ObjectMeta, call: Call): ObjectMeta {
  if (meta.deletionTimestamp !== undefined && meta.deletionGracePeriodSeconds === 0) return meta;
  const raised = meta.deletionTimestamp === undefined && meta.generation !== undefined;
  return deleting(meta, meta.deletionTimestamp ?? timestamp(call.context.now), 0, raised);
}

function deleting(meta: ObjectMeta, deadline: string, seconds: number, raised: boolean): ObjectMeta {
  const marked = withField(withField(meta, "deletionTimestamp", deadline), "deletionGracePeriodSeconds", seconds);
  return raised && meta.generation !== undefined ? { ...marked, generation: meta.generation + 1 } : marked;
}

/** Finalizers after the propagation policy had its say; the same list when nothing changes. */
function propagationFinalizers(kind: Kind, stored: ApiObject, options: RequestOptions): readonly string[] {
  const now = stored.metadata.finalizers ?? [];
  const policy = options.propagationPolicy;
  const held = now.find((name) => name === "orphan" || name === "foregroundDeletion");
  const orphan =
    policy === "Orphan" ||
    (policy === undefined && (held === "orphan" || (held === undefined && kind.orphansByDefault === true)));
  const foreground = policy === "Foreground" || (policy === undefined && held === "foregroundDeletion");
  const wanted = orphan ? "orphan" : foreground ? "foregroundDeletion" : undefined;
  if (held === wanted) return now;
  const rest = now.filter((name) => name !== "orphan" && name !== "foregroundDeletion");
  return wanted === undefined ? rest : [...rest, wanted];
}

function terminateNamespace(server: Server, kind: Kind, stored: ApiObject, call: Call): Response {
  if (stored.metadata.deletionTimestamp !== undefined) {
    if (readyToGo(stored)) return gone(server, kind, stored, call);
    return { ok: true, code: 200, object: stored };
  }
  const status = { ...cast<{ readonly status?: object }>(stored).status, phase: "Terminating" };
  const marked = cast<ApiObject>({
    ...stored,
    metadata: { ...stored.metadata, deletionTimestamp: timestamp(call.context.now) },
    status,
  });
  return { ok: true, code: 200, object: commit(server, kind, marked, call) };
}
