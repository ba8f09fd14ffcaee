import type { Draft } from "../base/draft.ts";
import { withField } from "../base/with-field.ts";
import { keyOf } from "../api/object.ts";
import { timestamp } from "../base/time.ts";
import type { ApiObject } from "../api/object.ts";
import type { Request, Response } from "../api/request.ts";
import type { ObjectMeta } from "../api/types/meta-v1.ts";
import { admitCreate, admitWrite } from "./admission/admission.ts";
import { allocate } from "./allocation.ts";
import { trackWrite, withManagers } from "./apply/field-manager.ts";
import { commit } from "./commit.ts";
import { decodeBody } from "./decode-body.ts";
import { alreadyExists, badRequest, invalid, isFailure, plainError } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { FieldErrors } from "./field-errors.ts";
import { resourceOf } from "./kind.ts";
import type { Kind } from "./kind.ts";
import { validateMetadata } from "./metadata.ts";
import { generateName, newUid } from "./names.ts";
import type { Call, Server } from "./server-state.ts";

const NAME_TRIES_MAX = 8;

/** POST of a collection. */
export function createObject(server: Server, kind: Kind, request: Request, call: Call): Response {
  const decoded = decodeBody(kind, request.body, call);
  if (isFailure(decoded)) return decoded;
  const placed = placeObject(kind, decoded, request);
  if (placed !== undefined) return placed;
  if (/^0*[1-9]\d*$/.test(decoded.metadata.resourceVersion ?? ""))
    return plainError("resourceVersion should not be set on objects to be created");
  const { generateName: prefix } = decoded.metadata;
  const named = decoded.metadata.name !== undefined && decoded.metadata.name !== "";
  const tries = named || prefix === undefined || prefix === "" ? 1 : NAME_TRIES_MAX;
  let answer: Response | undefined;
  for (let i = 0; i < tries; i++) {
    answer = createNamed(server, kind, decoded, request, call);
    if (answer.ok || answer.status.reason !== "AlreadyExists") break;
  }
  return answer ?? badRequest("name must be provided");
}

/** Checks the namespace of an object against the URL. */
export function placeObject(kind: Kind, object: ApiObject, request: Request): Failure | undefined {
  const namespace = object.metadata.namespace ?? "";
  if (kind.namespaced && namespace !== "" && namespace !== (request.namespace ?? ""))
    return badRequest("the namespace of the provided object does not match the namespace sent on the request");
  return undefined;
}

/** Creates an object, which PUT does too for some kinds. */
export function createNamed(server: Server, kind: Kind, decoded: ApiObject, request: Request, call: Call): Response {
  const object = systemFields(kind, decoded, request, call);
  const { name, namespace } = object.metadata;
  const filled = kind.defaults?.(object) ?? object;
  const tracked = server.options.managedFields === true ? withOwner(kind, filled, decoded, call) : filled;
  const admitted = admitCreate(server, kind, tracked, call);
  if (isFailure(admitted)) return admitted;
  const prepared = kind.prepareCreate?.(admitted, call.context) ?? admitted;
  const allocated = allocate(server, kind, prepared, undefined, call);
  if (isFailure(allocated)) return allocated;
  const errors = new FieldErrors();
  const contentFirst = kind.metadataChecks === "none";
  if (!contentFirst) validateMetadata(kind, allocated.metadata, errors);
  if (!call.trusted) kind.validate?.(allocated, errors);
  if (contentFirst && errors.causes.length === 0) validateMetadata(kind, allocated.metadata, errors);
  if (errors.causes.length > 0) return invalid(kind.kind, kind.group, name ?? "", errors.causes);
  if (!call.trusted && kind.warnings !== undefined) call.warnings.push(...kind.warnings(allocated, undefined));
  const refused = admitWrite(server, kind, allocated, undefined, "main", call);
  if (refused !== undefined) return refused;
  const key = namespace === undefined ? name : keyOf(namespace, name);
  const there = server.etcd.get(resourceOf(kind), key);
  if (there !== undefined) return alreadyExists(kind, name, there.metadata.deletionTimestamp !== undefined);
  const complete = kind.completeCreate?.(allocated) ?? allocated;
  return { ok: true, code: 201, object: commit(server, kind, complete, call, "object and metadata") };
}

/** The new object with the managers of its fields: those that an apply brings, else who creates it. */
function withOwner(kind: Kind, object: ApiObject, decoded: ApiObject, call: Call): ApiObject {
  const { managedFields } = decoded.metadata;
  if (call.applies) return withManagers(object, managedFields);
  const sent = managedFields === undefined ? object : withManagers(object, managedFields);
  return withManagers(object, trackWrite(kind, undefined, sent, "", call));
}

type Stated = ApiObject & { readonly status?: unknown };

/** The object with what only the server may set. Hot: one copy of the metadata, filled in place. */
function systemFields(kind: Kind, object: ApiObject, request: Request, call: Call): ApiObject {
  const unset = { name: "", uid: "", creationTimestamp: "", resourceVersion: "" };
  const metadata: Draft<ObjectMeta> = Object.assign(unset, withoutServerFields(kind, object.metadata));
  metadata.uid = newUid(call.context);
  metadata.name = nameFor(kind, metadata.name, metadata.generateName, metadata.uid, call);
  if (kind.namespaced && request.namespace !== undefined) metadata.namespace = request.namespace;
  if (kind.generation !== undefined) metadata.generation = 1;
  metadata.creationTimestamp = timestamp(call.context.now);
  metadata.resourceVersion = "";
  const named = { ...object, metadata };
  return kind.initialStatus === undefined ? named : withField<Stated, "status">(named, "status", kind.initialStatus);
}

function nameFor(kind: Kind, asked: string, prefix: string | undefined, uid: string, call: Call): string {
  if ((asked ?? "") !== "") return asked;
  if (prefix !== undefined && prefix !== "") return generateName(prefix, call.context);
  return kind.namedByUid === true ? uid : "";
}

/** Without what a client may have echoed of another object; the same metadata when there is nothing of that. */
function withoutServerFields(kind: Kind, meta: ObjectMeta): ObjectMeta {
  const { deletionTimestamp, deletionGracePeriodSeconds, selfLink, managedFields, namespace } = meta;
  const placed = kind.namespaced || namespace === undefined;
  if (
    placed &&
    deletionTimestamp === undefined &&
    deletionGracePeriodSeconds === undefined &&
    selfLink === undefined &&
    managedFields === undefined
  )
    return meta;
  const {
    deletionTimestamp: _,
    deletionGracePeriodSeconds: _1,
    selfLink: _2,
    managedFields: _3,
    namespace: _4,
    ...rest
  } = meta;
  return rest;
}
