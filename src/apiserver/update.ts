import type { Draft } from "../base/draft.ts";
import { keyOf } from "../api/object.ts";
import { cast } from "../base/units.ts";
import { deepEqual } from "../api/equal.ts";
import type { ApiObject } from "../api/object.ts";
import type { Request, Response } from "../api/request.ts";
import type { ObjectMeta } from "../api/types/meta-v1.ts";
import { admitUpdate, admitWrite } from "./admission/admission.ts";
import { allocate } from "./allocation.ts";
import { sameButTimes, trackWrite, withManagers } from "./apply/field-manager.ts";
import { commit, remove } from "./commit.ts";
import { badRequest, conflict, invalid, isFailure, MODIFIED, notFound, plainError } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { FieldErrors } from "./field-errors.ts";
import { resourceOf } from "./kind.ts";
import type { Kind } from "./kind.ts";
import { validateChangedMetadata, validateMetadataUpdate, validateOwnFinalizers } from "./metadata.ts";
import { nextGeneration } from "./generation.ts";
import type { Call, Server } from "./server-state.ts";

/** Which part of an object a write may change. */
export type WritePart = "main" | "status" | "finalize" | "ephemeralcontainers" | "resize";

/** One write of a stored object. */
export interface Change {
  readonly part: WritePart;
  /** The wanted object, from the stored one. */
  readonly change: (stored: ApiObject) => ApiObject | Failure;
  /** PUT: another uid is a conflict; in a patch it is an invalid field. */
  readonly put: boolean;
  /** The subresource that managers of fields name, where it is not the part. */
  readonly subresource?: string;
}

/** The stored object that a request names. */
export function storedObject(server: Server, kind: Kind, request: Request): ApiObject | undefined {
  const name = request.name ?? "";
  return server.etcd.get(resourceOf(kind), kind.namespaced ? keyOf(request.namespace ?? "", name) : name);
}

/** Reads, changes, checks and stores an object: PUT, PATCH and the writes of subresources. */
export function updateObject(server: Server, kind: Kind, request: Request, call: Call, change: Change): Response {
  const stored = storedObject(server, kind, request);
  if (stored === undefined) return notFound(kind, request.name ?? "");
  const wanted = change.change(stored);
  if (isFailure(wanted)) return wanted;
  if (wanted === stored)
    return emptiedFinalizers(server, kind, stored, stored, call) ?? { ok: true, code: 200, object: stored };
  if (
    (wanted.metadata.namespace ?? "") !== "" &&
    wanted.metadata.namespace !== stored.metadata.namespace &&
    kind.namespaced
  )
    return badRequest("the namespace of the provided object does not match the namespace sent on the request");
  const stale = checkVersion(kind, wanted, stored, change.put);
  if (stale !== undefined) return stale;
  const merged = keepSystemFields(kind, wanted, stored);
  const defaulted = change.part === "main" || !call.trusted ? (kind.defaults?.(merged) ?? merged) : merged;
  const managers =
    server.options.managedFields === true ? managersAfter(kind, wanted, defaulted, stored, change, call) : undefined;
  const filled = takePart(kind, defaulted, stored, change.part, call);
  const admitted = admitUpdate(server, kind, filled, stored, change.part, call);
  if (isFailure(admitted)) return admitted;
  const allocated = change.part === "main" ? allocate(server, kind, admitted, stored, call) : admitted;
  if (isFailure(allocated)) return allocated;
  const next = nextGeneration(kind, allocated, stored);
  const object = managers === undefined ? next : withManagers(next, managers.entries);
  const problem = validateUpdate(kind, object, stored, change.part, call);
  if (problem !== undefined) return problem;
  const refused = admitWrite(server, kind, object, stored, change.part, call);
  if (refused !== undefined) return refused;
  const gone = emptiedFinalizers(server, kind, object, stored, call);
  if (gone !== undefined) return gone;
  if (managers === undefined ? deepEqual(object, stored) : sameButTimes(object, stored))
    return { ok: true, code: 200, object: stored };
  const own = object === wanted || object === stored ? "nothing" : "object";
  return { ok: true, code: 200, object: commit(server, kind, object, call, own) };
}

/** The managers of the fields after a write: an apply brings them along, every other write adds its own. */
function managersAfter(
  kind: Kind,
  wanted: ApiObject,
  defaulted: ApiObject,
  stored: ApiObject,
  { part, subresource }: Change,
  call: Call,
): { readonly entries: ObjectMeta["managedFields"] } {
  const { managedFields } = wanted.metadata;
  if (call.applies) return { entries: managedFields };
  const place = subresource ?? (part === "main" ? "" : part);
  return { entries: trackWrite(kind, stored, withManagers(defaulted, managedFields), place, call) };
}

/** Optimistic concurrency and preconditions of a write. */
function checkVersion(kind: Kind, wanted: ApiObject, stored: ApiObject, put: boolean): Failure | undefined {
  const { resourceVersion, uid, name } = wanted.metadata;
  if (put && uid !== undefined && uid !== "" && uid !== stored.metadata.uid) {
    const path = kind.storage ?? kind.plural;
    const place = kind.namespaced ? `${stored.metadata.namespace ?? ""}/${name}` : name;
    return conflict(
      kind,
      name,
      `StorageError: invalid object, Code: 4, Key: /registry/${path}/${place}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${stored.metadata.uid}`,
    );
  }
  if (resourceVersion === stored.metadata.resourceVersion) return undefined;
  if (resourceVersion !== undefined && resourceVersion !== "" && !/^\d+$/.test(resourceVersion))
    return plainError(`strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`);
  if (resourceVersion === undefined || resourceVersion === "" || resourceVersion === "0") {
    if (kind.needsVersion !== true) return undefined;
    const errors = new FieldErrors();
    errors.invalid("metadata.resourceVersion", 0, "must be specified for an update");
    return invalid(kind.plural, kind.group, name, errors.causes);
  }
  return conflict(kind, name, MODIFIED);
}

/** The wanted object with the metadata that clients cannot change. */
function keepSystemFields(kind: Kind, wanted: ApiObject, stored: ApiObject): ApiObject {
  const meta = wanted.metadata;
  const old = stored.metadata;
  if (meta === old) return wanted;
  const result: Draft<ObjectMeta> = {
    ...meta,
    creationTimestamp: old.creationTimestamp,
    resourceVersion: old.resourceVersion,
    uid: meta.uid === undefined || meta.uid === "" ? old.uid : meta.uid,
  };
  if (kind.namespaced && old.namespace !== undefined) result.namespace = old.namespace;
  if (old.generation !== undefined) result.generation = old.generation;
  else delete result.generation;
  if (old.deletionTimestamp !== undefined) result.deletionTimestamp = old.deletionTimestamp;
  if (old.deletionGracePeriodSeconds !== undefined && meta.deletionGracePeriodSeconds === undefined)
    result.deletionGracePeriodSeconds = old.deletionGracePeriodSeconds;
  if (meta.managedFields !== undefined) delete result.managedFields;
  if (meta.selfLink !== undefined) delete result.selfLink;
  return { ...wanted, metadata: deepEqual(result, old) ? old : result };
}

/** Takes from the wanted object only the part that this path may write. */
function takePart(kind: Kind, wanted: ApiObject, stored: ApiObject, part: WritePart, call: Call): ApiObject {
  if (part === "main") {
    const kept = kind.status === true ? withStatusOf(wanted, stored) : wanted;
    return kind.prepareUpdate?.(kept, stored, call.context) ?? kept;
  }
  if (part === "status") {
    const status = (wanted as { readonly status?: unknown }).status;
    const meta = kind.statusMeta === "none" ? statusMetadata(wanted, stored) : wanted.metadata;
    const taken = cast<ApiObject>({ ...stored, metadata: meta, ...(status !== undefined && { status }) });
    return kind.prepareStatus?.(taken, stored) ?? taken;
  }
  if (part === "finalize") return withStatusOf(wanted, stored);
  return kind.parts?.[part]?.prepare(wanted, stored) ?? wanted;
}

function withStatusOf(wanted: ApiObject, stored: ApiObject): ApiObject {
  const now = (wanted as { readonly status?: unknown }).status;
  const old = (stored as { readonly status?: unknown }).status;
  if (now === old) return wanted;
  if (old !== undefined) return cast<ApiObject>({ ...wanted, status: old });
  const { status: _, ...rest } = wanted as ApiObject & { readonly status?: unknown };
  return rest;
}

/** Metadata of a status write of a kind that keeps its labels: everything but labels comes from the request. */
function statusMetadata(wanted: ApiObject, stored: ApiObject): ObjectMeta {
  const { labels } = stored.metadata;
  if (wanted.metadata === stored.metadata) return stored.metadata;
  if (wanted.metadata.labels === labels)
    return deepEqual(wanted.metadata, stored.metadata) ? stored.metadata : wanted.metadata;
  const { labels: _, ...rest } = wanted.metadata;
  const result = labels === undefined ? rest : { ...rest, labels };
  return deepEqual(result, stored.metadata) ? stored.metadata : result;
}

function validateUpdate(
  kind: Kind,
  object: ApiObject,
  stored: ApiObject,
  part: WritePart,
  call: Call,
): Failure | undefined {
  const errors = new FieldErrors();
  if (object.metadata !== stored.metadata) {
    validateChangedMetadata(object.metadata, stored.metadata, false, errors);
    validateMetadataUpdate(object.metadata, stored.metadata, errors);
    const checks = part === "main" ? (kind.metadataChecks ?? "change") : "change";
    if (checks === "whole" || checks === "both")
      validateChangedMetadata(object.metadata, stored.metadata, true, errors);
    if (checks === "change" || checks === "both") {
      validateMetadataUpdate(object.metadata, stored.metadata, errors);
      if (object.metadata.finalizers !== stored.metadata.finalizers && !call.trusted && checks === "change")
        validateOwnFinalizers(object.metadata.finalizers, errors);
    }
  }
  if (part === "status") kind.validateStatus?.(object, stored, errors);
  else if (kind.parts?.[part] !== undefined) kind.parts[part]?.validate(object, stored, errors);
  else if (!call.trusted) {
    kind.validateUpdate?.(object, stored, errors);
    if (kind.warnings !== undefined) call.warnings.push(...kind.warnings(object, stored));
  }
  if (errors.causes.length === 0) return undefined;
  return invalid(kind.kind, kind.group, stored.metadata.name, errors.causes);
}

/** Removes an object whose deletion only waited for its finalizers; the answer is what was sent, at the old version. */
function emptiedFinalizers(
  server: Server,
  kind: Kind,
  object: ApiObject,
  stored: ApiObject,
  call: Call,
): Response | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds } = stored.metadata;
  if (deletionTimestamp === undefined || (deletionGracePeriodSeconds ?? 0) !== 0) return undefined;
  if (!readyToGo(object)) return undefined;
  remove(server, kind, stored, call);
  return { ok: true, code: 200, object };
}

/** Nothing holds the object any more; namespaces also have finalizers in their spec. */
export function readyToGo(object: ApiObject): boolean {
  if ((object.metadata.finalizers?.length ?? 0) > 0) return false;
  if (object.kind !== "Namespace") return true;
  const { spec } = cast<{ readonly spec?: { readonly finalizers?: readonly string[] } }>(object);
  return (spec?.finalizers?.length ?? 0) === 0;
}
