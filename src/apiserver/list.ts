import type { ApiObject } from "../api/object.ts";
import type { ObjectList, Request, RequestOptions, Response } from "../api/request.ts";
import { badRequest, failure, isFailure } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { FieldErrors } from "./field-errors.ts";
import { resourceOf } from "./kind.ts";
import type { Kind } from "./kind.ts";
import { EVERYTHING, parseSelection, selected } from "./selection.ts";
import type { Server } from "./server-state.ts";
import { cachedRange, isFilling, seenRevision } from "./watch-cache.ts";

/** GET of a collection. */
export function listObjects(server: Server, kind: Kind, request: Request): Response {
  const problem = listOptionsProblem(server, request.options ?? {});
  if (problem !== undefined) return problem;
  const page = collectionItems(server, kind, request);
  return "ok" in page ? page : { ok: true, code: 200, list: page };
}

/** The page of a collection that a request selects. */
export function collectionItems(server: Server, kind: Kind, request: Request): ObjectList | Failure {
  const options = request.options ?? {};
  const selection = parseSelection(kind, options);
  if (isFailure(selection)) return selection;
  const limit =
    options.resourceVersion === "0" && options.resourceVersionMatch === undefined ? 0 : Math.max(0, options.limit ?? 0);
  const start = startOf(options);
  if (typeof start === "object" && "ok" in start) return start;
  const { cache } = server.options;
  const resource = resourceOf(kind);
  if (isFilling(cache, resource) && (limit === 0 || selection !== EVERYTHING)) return INITIALIZING;
  const namespace = kind.namespaced ? request.namespace : undefined;
  const exact = start?.revision ?? exactRevision(options);
  const least = exact === undefined ? leastRevision(options) : undefined;
  const seen = seenRevision(cache, server.etcd, resource);
  if (least !== undefined && least > seen) return tooLarge(least, seen);
  const revision = exact ?? (least === undefined ? server.etcd.revision : seen);
  const range =
    least === undefined
      ? server.etcd.rangeAt(revision, resource, namespace)
      : cachedRange(cache, server.etcd, resource, namespace);
  if (range === "compacted") return expired(start === undefined);
  if (range === "future") return tooLarge(revision, server.etcd.revision);
  const after = start?.after ?? "";
  const everything = selection === EVERYTHING;
  const items: ApiObject[] = [];
  let rest = 0;
  for (const item of range.items) {
    if (after !== "" && keyText(kind, item) <= after) continue;
    if (!everything && !selected(kind, selection, item)) continue;
    if (limit > 0 && items.length >= limit) rest += 1;
    else items.push(item);
  }
  const last = items.at(-1);
  const list = { resourceVersion: String(revision), items };
  if (rest === 0 || last === undefined) return list;
  const token = JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: `${keyText(kind, last)}\0` });
  return { ...list, continue: encodeToken(token), ...(everything && { remainingItemCount: rest }) };
}

function keyText(kind: Kind, object: ApiObject): string {
  return kind.namespaced ? `${object.metadata.namespace ?? ""}/${object.metadata.name}` : object.metadata.name;
}

function startOf(options: RequestOptions): { readonly revision: number; readonly after: string } | Failure | undefined {
  const { continue: token } = options;
  if (token === undefined || token === "") return undefined;
  const match = /^\{"v":"meta\.k8s\.io\/v1","rv":(\d+),"start":"(.*)\\u0000"\}$/.exec(decodeToken(token) ?? "");
  if (match === null)
    return badRequest("invalid continue token: continue key is not valid: illegal base64 data at input byte 0");
  return { revision: Number(match[1]), after: match[2] ?? "" };
}

const HEX = "0123456789abcdef";

/** Tokens are opaque to clients: the text in hexadecimal. */
function encodeToken(text: string): string {
  let out = "";
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    out += HEX.charAt(unit >> 4) + HEX.charAt(unit & 15);
  }
  return out;
}

function decodeToken(token: string): string | undefined {
  if (!/^([0-9a-f]{2})+$/.test(token)) return undefined;
  let out = "";
  for (let i = 0; i < token.length; i += 2) out += String.fromCharCode(Number.parseInt(token.slice(i, i + 2), 16));
  return out;
}

function exactRevision(options: RequestOptions): number | undefined {
  const { resourceVersion = "", resourceVersionMatch, limit = 0 } = options;
  const legacyExact =
    resourceVersionMatch === undefined && limit > 0 && resourceVersion !== "" && resourceVersion !== "0";
  return resourceVersionMatch === "Exact" || legacyExact ? Number(resourceVersion) : undefined;
}

/** The version that a read from the cache must have seen; undefined for a consistent or an exact one, which etcd answers. */
export function leastRevision({
  resourceVersion = "",
  continue: token = "",
  ...options
}: RequestOptions): number | undefined {
  if (resourceVersion === "" || token !== "" || exactRevision({ resourceVersion, ...options }) !== undefined)
    return undefined;
  return Number(resourceVersion);
}

/** Complaints about the options of a list, before anything is read. */
export function listOptionsProblem(server: Server, options: RequestOptions): Failure | undefined {
  const { resourceVersion: version = "", resourceVersionMatch: match = "", continue: token = "" } = options;
  const errors = new FieldErrors();
  if (match !== "") {
    if (version === "")
      errors.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
    if (token !== "")
      errors.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
    if (match !== "Exact" && match !== "NotOlderThan")
      errors.notSupported("resourceVersionMatch", match, ["Exact", "NotOlderThan", ""], "as given");
    if (match === "Exact" && version === "0")
      errors.forbidden("resourceVersionMatch", 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
  if (errors.causes.length > 0) {
    const text = errors.causes.map((cause) => `${cause.field}: ${cause.message}`);
    const joined = text.length === 1 ? text.join("") : `[${text.join(", ")}]`;
    return failure(422, "Invalid", `ListOptions.meta.k8s.io "" is invalid: ${joined}`, {
      group: "meta.k8s.io",
      kind: "ListOptions",
      causes: errors.causes,
    });
  }
  if (token !== "" && version !== "" && version !== "0")
    return badRequest("specifying resource version is not allowed when using continue");
  return versionProblem(server, version, (why) => badRequest(`invalid resource version: ${why}`));
}

/** Refuses a version that is no number or lies in the future. */
export function versionProblem(
  server: Server,
  version: string,
  unparsable: (why: string) => Failure,
): Failure | undefined {
  if (version === "") return undefined;
  if (!/^\d+$/.test(version))
    return unparsable(
      `resourceVersion: Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`,
    );
  return Number(version) > server.etcd.revision ? tooLarge(Number(version), server.etcd.revision) : undefined;
}

/** The answer to a version that a store has not reached. */
export function tooLarge(revision: number, now: number): Failure {
  return failure(504, "Timeout", `Timeout: Too large resource version: ${revision}, current: ${now}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}

/** A cache that is being filled serves only first pages of everything, from etcd. */
export const INITIALIZING: Failure = failure(429, "TooManyRequests", "storage is (re)initializing", {
  retryAfterSeconds: 1,
});

function expired(exact: boolean): Failure {
  return failure(
    410,
    "Expired",
    exact
      ? "The resourceVersion for the provided list is too old."
      : "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
  );
}
