import type { Millis } from "../base/units.ts";
import type { ApiObject, Resource } from "../api/object.ts";
import type { Request, Response, WatchEvent } from "../api/request.ts";
import type { Status } from "../api/status.ts";
import type { Etcd } from "../etcd/etcd.ts";
import type { LogEntry } from "../etcd/state.ts";
import { NoSpaceError } from "../etcd/storage.ts";
import { auditEvent } from "./audit.ts";
import type { AuditSink } from "./audit.ts";
import { DEFAULT_MODES } from "./authorization/authorizer.ts";
import type { AuthorizationMode } from "./authorization/authorizer.ts";
import { createObject } from "./create.ts";
import { deleteCollection, deleteObject } from "./delete.ts";
import { isFailure, METHOD_NOT_ALLOWED, notFound, plainError, UNKNOWN_RESOURCE } from "./failure.ts";
import { kindOf } from "./kinds/index.ts";
import { resourceOf } from "./kind.ts";
import type { Kind } from "./kind.ts";
import { leastRevision, listObjects } from "./list.ts";
import { putObject, patchObject } from "./write.ts";
import type { ServerContext } from "./server-context.ts";
import { isTrusted } from "./server-state.ts";
import type { ApiServerOptions, Call, Server } from "./server-state.ts";
import { bindPod } from "./subresources/binding.ts";
import { evictPod } from "./subresources/eviction.ts";
import { scaleObject } from "./subresources/scale.ts";
import { storedObject } from "./update.ts";
import type { WritePart } from "./update.ts";
import { drainWatch, entryMatches, openWatch } from "./watch.ts";
import { cachedObject, seenRevision } from "./watch-cache.ts";
import type { Watch, WatchOptions } from "./watch.ts";

export type { ServerContext } from "./server-context.ts";
export type { ApiServerOptions } from "./server-state.ts";
export type { Watch, WatchOptions } from "./watch.ts";

/** kube-apiserver: verbs over etcd, synchronous and without state of its own. */
export class ApiServer {
  readonly etcd: Etcd;
  /** Who decides what users may do, in order. */
  readonly authorization: readonly AuthorizationMode[];
  /** Hears of every request. */
  readonly audit: AuditSink | undefined;
  readonly #server: Server;

  constructor(etcd: Etcd, options: ApiServerOptions = {}) {
    this.etcd = etcd;
    this.authorization = options.authorization ?? DEFAULT_MODES;
    this.audit = options.audit;
    this.#server = { etcd, options };
  }

  /** Answers any verb but watch. */
  handle(request: Request, context: ServerContext): Response {
    const kind = kindOf(request.resource);
    if (kind === undefined) return UNKNOWN_RESOURCE;
    const call = callOf(request, context);
    const roomy = this.etcd.state.storage === undefined;
    const answer = (roomy ? dispatch : dispatchWithQuota)(this.#server, kind, request, call);
    if (this.audit !== undefined) {
      const status = answer.ok ? undefined : answer.status;
      this.audit(auditEvent(request, call.user, answer.ok ? answer.code : answer.status.code, status, context));
    }
    return call.warnings.length === 0 ? answer : { ...answer, warnings: [...new Set(call.warnings)] };
  }

  /** Objects of a resource as stored now, by key; a live map. */
  objects(resource: Resource): ReadonlyMap<string, ApiObject> {
    return this.etcd.objects(resource);
  }

  /** Opens a watch; the caller keeps it and drains it. */
  openWatch(resource: Resource, options: WatchOptions = {}): { readonly watch: Watch } | { readonly status: Status } {
    const kind = kindOf(resource);
    if (kind === undefined) return { status: UNKNOWN_RESOURCE.status };
    const watch = openWatch(this.#server, kind, options);
    return isFailure(watch) ? { status: watch.status } : { watch };
  }

  /** Events of a watch since its cursor; moves the cursor. Empty when its history was compacted: see `expired`. */
  drain(watch: Watch, limit: number = Number.POSITIVE_INFINITY): WatchEvent[] {
    const kind = kindOf(watch.resource);
    if (kind === undefined) return [];
    const events = drainWatch(this.#server, kind, watch, limit);
    return Array.isArray(events) ? events : [];
  }

  /** The 410 of a watch whose next events were compacted away. */
  expired(watch: Watch): Status | undefined {
    const kind = kindOf(watch.resource);
    if (kind === undefined || watch.cursor + 1 >= this.etcd.state.compacted || watch.cursor >= this.etcd.revision)
      return undefined;
    const events = drainWatch(this.#server, kind, watch, 0);
    return Array.isArray(events) ? undefined : events.status;
  }

  /** Whether a watch would tell anything about an entry of the log. */
  watchMatches(watch: Watch, entry: LogEntry): boolean {
    if (watch.resource !== entry.resource) return false;
    const kind = kindOf(watch.resource);
    return kind !== undefined && entryMatches(kind, watch, entry);
  }

  /** The revision up to which this server's cache of a resource has seen etcd. */
  seen(resource: Resource): number {
    return seenRevision(this.#server.options.cache, this.etcd, resource);
  }

  /** Whether the real server would wait for its cache before it answers: a consistent list, or a version that is not there yet. */
  mustWait({ verb, resource, options = {} }: Request): boolean {
    const seen = this.seen(resource);
    if (seen === this.etcd.revision || (verb !== "get" && verb !== "list")) return false;
    if (verb === "get") return Number(options.resourceVersion ?? 0) > seen;
    const { resourceVersion = "", continue: token = "" } = options;
    return resourceVersion === "" && token === "" ? true : (leastRevision(options) ?? 0) > seen;
  }

  /** Removes objects whose lease ended (Events live an hour). */
  expireLeases(now: Millis): void {
    this.etcd.expire(now);
  }
}

function callOf(request: Request, context: ServerContext): Call {
  const { options } = request;
  const user = request.user ?? context.user;
  return {
    context,
    user,
    dryRun: options?.dryRun !== undefined && options.dryRun.length > 0,
    trusted: request.remote !== true && isTrusted(user),
    fieldValidation: options?.fieldValidation ?? "Warn",
    warnings: [],
    fieldManager: options?.fieldManager ?? "",
    force: options?.force === true,
    applies: request.patchType === "apply",
    remote: request.remote === true,
  };
}

/** As `dispatch`, where etcd may refuse a write for want of room. */
function dispatchWithQuota(server: Server, kind: Kind, request: Request, call: Call): Response {
  try {
    return dispatch(server, kind, request, call);
  } catch (error) {
    if (error instanceof NoSpaceError) return plainError(error.message);
    throw error;
  }
}

function dispatch(server: Server, kind: Kind, request: Request, call: Call): Response {
  if (kind.plural === "bindings" && request.verb !== "create")
    return request.name === undefined ? METHOD_NOT_ALLOWED : UNKNOWN_RESOURCE;
  if (request.subresource !== undefined && request.subresource !== "") return subresource(server, kind, request, call);
  switch (request.verb) {
    case "get":
      return getObject(server, kind, request);
    case "list":
      return listObjects(server, kind, request);
    case "create":
      return kind.plural === "bindings"
        ? bindPod(server, kindOf("pods") ?? kind, request, call)
        : createObject(server, kind, request, call);
    case "update":
      return putObject(server, kind, request, call, "main");
    case "patch":
      return patchObject(server, kind, request, call, "main");
    case "delete":
      return deleteObject(server, kind, request, call);
    case "deletecollection":
      return kind.noDeleteCollection === true ? METHOD_NOT_ALLOWED : deleteCollection(server, kind, request, call);
    case "watch":
      return METHOD_NOT_ALLOWED;
  }
}

function getObject(server: Server, kind: Kind, request: Request): Response {
  const { resourceVersion = "" } = request.options ?? {};
  const object = resourceVersion === "" ? storedObject(server, kind, request) : cached(server, kind, request);
  return object === undefined ? notFound(kind, request.name ?? "") : { ok: true, code: 200, object };
}

function cached(server: Server, kind: Kind, { name = "", namespace = "" }: Request): ApiObject | undefined {
  return cachedObject(
    server.options.cache,
    server.etcd,
    resourceOf(kind),
    name,
    kind.namespaced ? namespace : undefined,
  );
}

const PARTS: { readonly [subresource: string]: WritePart } = {
  status: "status",
  finalize: "finalize",
  ephemeralcontainers: "ephemeralcontainers",
  resize: "resize",
};

function subresource(server: Server, kind: Kind, request: Request, call: Call): Response {
  const { subresource: name = "", verb } = request;
  const isPod = kind.plural === "pods";
  if (name === "binding" && isPod) return verb === "create" ? bindPod(server, kind, request, call) : METHOD_NOT_ALLOWED;
  if (name === "eviction" && isPod)
    return verb === "create" ? evictPod(server, kind, request, call) : METHOD_NOT_ALLOWED;
  if (name === "scale" && kind.scale === true) return scaleObject(server, kind, request, call);
  const part = PARTS[name];
  const offered =
    (part === "status" && kind.status === true) ||
    (part === "finalize" && kind.plural === "namespaces") ||
    ((part === "ephemeralcontainers" || part === "resize") && isPod);
  if (part === undefined || !offered) return UNKNOWN_RESOURCE;
  if (verb === "get" && part !== "finalize") return getObject(server, kind, request);
  if (verb === "update") return putObject(server, kind, request, call, part);
  return verb === "patch" && part !== "finalize" ? patchObject(server, kind, request, call, part) : METHOD_NOT_ALLOWED;
}
