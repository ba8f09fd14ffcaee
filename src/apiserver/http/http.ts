import type { Millis } from "../../base/units.ts";
import type { PatchType, Request, RequestOptions, Response, User, Verb } from "../../api/request.ts";
import { keyOf } from "../../api/object.ts";
import { attributesOf } from "../authorization.ts";
import { authorizeBy, DEFAULT_MODES } from "../authorization/authorizer.ts";
import { failure, isFailure, notFound, METHOD_NOT_ALLOWED, UNKNOWN_RESOURCE, badRequest } from "../failure.ts";
import type { Failure } from "../failure.ts";
import { strictProblems, unregistered } from "../decode-body.ts";
import { isObject } from "../patch/merge.ts";
import type { Kind } from "../kind.ts";
import type { ApiServer, ServerContext, Watch } from "../server.ts";
import { auditEvent } from "../audit.ts";
import { answerWithoutKubelet, leadsIntoPod } from "./connect.ts";
import { patchedBehind } from "./face-patch.ts";
import { storedQuery } from "./faces.ts";
import { listBodyAs, objectBody, requestedForm } from "./form.ts";
import type { Form } from "./form.ts";
import { jsonProblem } from "../json-problem.ts";
import { parseJsonBody, parseYamlBody, yamlText } from "./json-text.ts";
import type { ParsedBody } from "./json-text.ts";
import { parseOptions } from "./options.ts";
import { accessProblem, impersonated, senderOf } from "./access.ts";
import { pathAttributes, resolvePath } from "./path.ts";
import type { Target } from "./path.ts";
import { parseQuery } from "./query.ts";
import { isReviewPath, reviewAttributes, reviewed } from "./reviews.ts";
import { rootAnswer } from "./roots.ts";

/** An HTTP request without a socket. Header names as usual: "Content-Type". */
export interface HttpRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers?: { readonly [name: string]: string };
  /** Decoded JSON; `text` when the body came as text. */
  readonly body?: unknown;
  readonly text?: string;
  /** Whom an edge has recognised; absent: told from the headers, the administrator if they name nobody. */
  readonly user?: User;
}

export interface HttpResponse {
  readonly code: number;
  /** Texts of the Warning headers. */
  readonly warnings: readonly string[];
  /** JSON, or a text. */
  readonly body: unknown;
  /** Content type of a text that is not plain. */
  readonly type?: string;
  /** A stream that the caller goes on to drain. */
  readonly watch?: Watch;
  /** The form of the stream's objects: see eventBody. */
  readonly form?: Form;
}

const PATCH_TYPES: ReadonlyMap<string, PatchType> = new Map([
  ["application/json-patch+json", "json"],
  ["application/merge-patch+json", "merge"],
  ["application/strategic-merge-patch+json", "strategic"],
  ["application/apply-patch+yaml", "apply"],
]);

const BODY_TYPES = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

/** What answers requests once they are decoded: an API server, or a cluster that tells its processes too. */
export type HttpBackend = Pick<ApiServer, "etcd" | "handle" | "openWatch"> &
  Partial<Pick<ApiServer, "audit" | "authorization">>;

/** Answers an HTTP request. */
export function handleHttp(server: HttpBackend, request: HttpRequest, context: ServerContext): HttpResponse {
  if (/[\s\p{Cc}]/u.test(request.path)) return { code: 400, warnings: [], body: "400 Bad Request" };
  const response = respond(server, request, context);
  const yaml = request.headers?.["Accept"]?.split(/[;,]/)[0]?.trim() === YAML;
  if (!yaml || response.watch !== undefined || !isObject(response.body)) return response;
  return { ...response, body: yamlText(response.body), type: YAML };
}

const YAML = "application/yaml";

function respond(server: HttpBackend, request: HttpRequest, context: ServerContext): HttpResponse {
  const question = request.path.indexOf("?");
  const path = question < 0 ? request.path : request.path.slice(0, question);
  const sent = parseQuery(question < 0 ? "" : request.path.slice(question + 1));
  const sender = request.user ?? senderOf(request.headers);
  if (sender === undefined) return answer(failure(401, "Unauthorized", "Unauthorized"));
  const user = impersonated(request.headers) ?? sender;
  if (isReviewPath(path)) return answerReview(server, path, request, user, context.now);
  const target = resolvePath(path);
  if (typeof target === "string") return answerPath(server, path, request.method, sender, user, target === "resource");
  const { face } = target;
  const watching = target.watch || (target.name === undefined && isTrue(sent.get("watch")?.[0]));
  const verb = request.method === "GET" && watching ? "watch" : verbOf(request.method, target);
  if (verb === undefined) return answer(METHOD_NOT_ALLOWED);
  const asked = watching ? watchRequest(target, watchSelector(target, sent)) : bareRequest(target, verb, sent);
  const attributes = attributesOf(asked, face?.group ?? target.kind.group, target.kind.plural, user);
  const refused = accessProblem(server, sender, attributes);
  if (refused !== undefined) {
    const { status } = refused;
    server.audit?.(auditEvent(asked, user, status.code, status, context));
    return answer(refused);
  }
  if (leadsIntoPod(target)) {
    const said = answerWithoutKubelet(server.etcd, target, sent);
    return said === "" ? { code: 204, warnings: [], body: "" } : answer(said);
  }
  const wanted = requestedForm(request.headers?.["Accept"], sent.get("includeObject")?.[0]);
  if ("ok" in wanted) return answer(wanted);
  const form = face === undefined ? wanted : { ...wanted, face };
  const query = face === undefined ? sent : storedQuery(face, sent);
  if ("ok" in query) return answer(query);
  if (verb === "watch") {
    const opened = openStream(server, target, query);
    server.audit?.(auditEvent(asked, user, opened.code, undefined, context));
    return { ...opened, form };
  }
  const patchType = verb === "patch" ? PATCH_TYPES.get(mediaType(request)) : undefined;
  if (face !== undefined && patchType === "apply") return answer(METHOD_NOT_ALLOWED);
  const wrongType = bodyTypeProblem(request, verb, patchType);
  if (wrongType !== undefined) return answer(wrongType);
  const parsed = parseBody(request);
  if (parsed === undefined) {
    if (patchType !== undefined && patchType !== "apply" && !exists(server, target))
      return answer(notFound(target.kind, target.name ?? ""));
    return answer(badRequest(unparsable(patchType, jsonProblem(request.text ?? "") ?? "")));
  }
  const foreign = foreignOptions(verb, parsed.value);
  if (foreign !== undefined) return answer(foreign);
  const options = parseOptions(query, optionsKind(verb), parsed.value, patchType === "apply");
  if (isFailure(options)) return answer(options);
  if (parsed.duplicates.length > 0 && options.fieldValidation === "Strict")
    return answer(strictProblems(target.kind, parsed.value, parsed.duplicates));
  const owned = { ...options, fieldManager: fieldManagerOf(options, request.headers) };
  const body = face !== undefined && isObject(parsed.value) ? face.stored(parsed.value) : parsed.value;
  const behind =
    face === undefined || patchType === undefined
      ? undefined
      : patchedBehind(server.etcd, target, face, patchType, parsed.value);
  if (behind !== undefined && isFailure(behind)) return answer(behind);
  const decoded =
    behind === undefined
      ? toRequest(target, verb, patchType, owned, body, user)
      : toRequest(target, "update", undefined, owned, behind, user);
  const response = server.handle(decoded, context);
  const duplicated = parsed.duplicates.map((field) => `duplicate field ${JSON.stringify(field)}`);
  const warnings = [...(target.kind.deprecation === undefined ? [] : [target.kind.deprecation]), ...duplicated];
  return render(target.kind, response, warnings, form, context.now);
}

/** Reviews have no storage: who the caller is, and what RBAC lets it do. */
function answerReview(server: HttpBackend, path: string, request: HttpRequest, user: User, now: Millis): HttpResponse {
  if (request.method !== "POST") return answer(METHOD_NOT_ALLOWED);
  const attributes = reviewAttributes(path, user);
  const why =
    attributes === undefined ? undefined : authorizeBy(server.authorization ?? DEFAULT_MODES, server.etcd, attributes);
  if (why !== undefined) return answer(failure(403, "Forbidden", `${attributes?.resource ?? ""} is forbidden: ${why}`));
  const form = requestedForm(request.headers?.["Accept"], undefined);
  if ("ok" in form) return answer(form);
  if (form.as === "Table") return answer(noTable(path));
  const parsed = parseBody(request);
  if (parsed === undefined || !isObject(parsed.value))
    return answer(badRequest(`couldn't get version/kind; json parse error: ${jsonProblem(request.text ?? "") ?? ""}`));
  const review = reviewed(server, path, parsed.value, user, now);
  return isFailure(review) ? answer(review) : { code: 201, warnings: [], body: review };
}

/** What has no metadata cannot be a row. */
function noTable(path: string): Failure {
  const words = path.split("/");
  const resource = `${words.at(-1) ?? ""}.${words[2] ?? ""}`;
  return failure(406, "NotAcceptable", `the resource ${resource} does not support being converted to a Table`);
}

function exists({ etcd }: HttpBackend, { kind, resource, namespace = "", name = "" }: Target): boolean {
  return etcd.get(resource, kind.namespaced ? keyOf(namespace, name) : name) !== undefined;
}

/** What is said of a body that is no JSON. */
function unparsable(patchType: PatchType | undefined, problem: string): string {
  switch (patchType) {
    case undefined:
      return `couldn't get version/kind; json parse error: ${problem}`;
    case "strategic":
      return problem;
    case "apply":
      return `error decoding YAML: ${problem}`;
    default:
      return `error decoding patch: ${problem}`;
  }
}

/** A DELETE whose body is something else than DeleteOptions. */
function foreignOptions(verb: Verb, body: unknown): Failure | undefined {
  if ((verb !== "delete" && verb !== "deletecollection") || !isObject(body)) return undefined;
  const { kind, apiVersion } = body;
  if (typeof kind !== "string" || kind === "" || kind === "DeleteOptions") return undefined;
  return badRequest(unregistered(typeof apiVersion === "string" ? apiVersion : "v1", kind));
}

function optionsKind(verb: Verb): string {
  if (verb === "create") return "CreateOptions";
  if (verb === "update") return "UpdateOptions";
  if (verb === "delete" || verb === "deletecollection") return "DeleteOptions";
  return "PatchOptions";
}

const MANAGER_MAX_BYTES = 128;

/** Who owns the fields that a request writes: the parameter, or the program's name from the User-Agent. */
function fieldManagerOf({ fieldManager = "" }: RequestOptions, headers: HttpRequest["headers"]): string {
  if (fieldManager !== "") return fieldManager;
  const program = (headers?.["User-Agent"] ?? "").split("/")[0] ?? "";
  return program
    .replaceAll(/[\p{C}\p{Z}]/gu, (character) => (character === " " ? " " : ""))
    .slice(0, MANAGER_MAX_BYTES);
}

function toRequest(
  target: Target,
  verb: Verb,
  patchType: PatchType | undefined,
  options: RequestOptions,
  body: unknown,
  user: User,
): Request {
  return {
    verb,
    resource: target.resource,
    ...(target.namespace !== undefined && { namespace: target.namespace }),
    ...(target.name !== undefined && { name: target.name }),
    ...(target.subresource !== undefined && { subresource: target.subresource }),
    options,
    ...(patchType !== undefined && { patchType }),
    ...(verb !== "delete" && verb !== "deletecollection" && body !== undefined && { body }),
    user,
    remote: true,
  };
}

/** What authorization needs of a request, before its body is looked at. */
function bareRequest(
  { resource, namespace, name, subresource }: Target,
  verb: Verb,
  query: ReadonlyMap<string, readonly string[]>,
): Request {
  const fieldSelector = query.get("fieldSelector")?.[0];
  return {
    verb,
    resource,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    ...(subresource !== undefined && { subresource }),
    ...(fieldSelector !== undefined && { options: { fieldSelector } }),
  };
}

/** A path that no served resource answers: health, version, discovery, or nothing. */
function answerPath(
  server: HttpBackend,
  path: string,
  method: string,
  sender: User,
  user: User,
  knownGroup: boolean,
): HttpResponse {
  const refused = accessProblem(server, sender, pathAttributes(method, path, user));
  if (refused !== undefined) return answer(refused);
  const body = method === "GET" && !knownGroup ? rootAnswer(path) : undefined;
  if (body !== undefined) return { code: 200, warnings: [], body };
  if (knownGroup || path.startsWith("/api/")) return answer(UNKNOWN_RESOURCE);
  return { code: 404, warnings: [], body: "404 page not found\n" };
}

function verbOf(method: string, { name, subresource }: Target): Verb | undefined {
  const item = name !== undefined;
  switch (method) {
    case "GET":
      return item ? "get" : "list";
    case "POST":
      return item && subresource === undefined ? undefined : "create";
    case "PUT":
      return item ? "update" : undefined;
    case "PATCH":
      return item ? "patch" : undefined;
    case "DELETE":
      return item ? "delete" : "deletecollection";
    default:
      return undefined;
  }
}

function mediaType(request: HttpRequest): string {
  return (request.headers?.["Content-Type"] ?? "application/json").split(";")[0]?.trim() ?? "";
}

function bodyTypeProblem(request: HttpRequest, verb: Verb, patchType: PatchType | undefined): Failure | undefined {
  if (verb === "patch") {
    if (patchType !== undefined) return undefined;
    return failure(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
  }
  if (request.body === undefined && request.text === undefined) return undefined;
  if (BODY_TYPES.split(", ").includes(mediaType(request))) return undefined;
  return failure(
    415,
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${BODY_TYPES}`,
  );
}

function parseBody(request: HttpRequest): ParsedBody | undefined {
  const { text, body } = request;
  if (text === undefined) return { value: body, duplicates: [] };
  const type = mediaType(request);
  return type === "application/yaml" || type === "application/apply-patch+yaml"
    ? parseYamlBody(text)
    : parseJsonBody(text);
}

function isTrue(text: string | undefined): boolean {
  return text === "1" || text === "true";
}

function openStream(server: HttpBackend, target: Target, query: ReadonlyMap<string, readonly string[]>): HttpResponse {
  const text = (key: string): string | undefined => query.get(key)?.[0];
  const labelSelector = text("labelSelector");
  const resourceVersion = text("resourceVersion");
  const named = watchSelector(target, query);
  const opened = server.openWatch(target.resource, {
    ...(target.namespace !== undefined && { namespace: target.namespace }),
    ...(labelSelector !== undefined && { labelSelector }),
    ...(named !== undefined && { fieldSelector: named }),
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(isTrue(text("sendInitialEvents")) && { sendInitialEvents: true }),
  });
  if ("watch" in opened) return { code: 200, warnings: [], body: undefined, watch: opened.watch };
  const { status } = opened;
  return status.code === 410
    ? { code: 200, warnings: [], body: { type: "ERROR", object: status } }
    : { code: status.code, warnings: [], body: status };
}

function watchSelector(target: Target, query: ReadonlyMap<string, readonly string[]>): string | undefined {
  return target.name === undefined ? query.get("fieldSelector")?.[0] : `metadata.name=${target.name}`;
}

function watchRequest(target: Target, fieldSelector: string | undefined): Request {
  const { resource, namespace, name } = target;
  return {
    verb: "watch",
    resource,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    ...(fieldSelector !== undefined && { options: { fieldSelector } }),
  };
}

function answer(refused: Failure): HttpResponse {
  return { code: refused.status.code, warnings: [], body: refused.status };
}

function render(kind: Kind, response: Response, more: readonly string[], form: Form, now: Millis): HttpResponse {
  const warnings = [...more, ...(response.warnings ?? [])];
  if (!response.ok) return { code: response.status.code, warnings, body: response.status };
  const body = "list" in response ? listBodyAs(form, kind, response.list, now) : objectBody(form, response.object, now);
  return { code: response.code, warnings, body };
}
