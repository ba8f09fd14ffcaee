import type { Resource } from "../../api/object.ts";
import type { User } from "../../api/request.ts";
import type { Attributes } from "../authorization.ts";
import { kindOf } from "../kinds/index.ts";
import { faceOf } from "./faces.ts";
import type { Face } from "./faces.ts";
import type { Kind } from "../kind.ts";

/** What a URL path names. */
export interface Target {
  readonly kind: Kind;
  readonly resource: Resource;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  /** The old /api/v1/watch/… form. */
  readonly watch: boolean;
  /** The other version of the kind that the path names. */
  readonly face?: Face;
}

/** A path about a resource in its parts, whether or not the resource is known. */
interface ResourcePath {
  readonly group: string;
  readonly version: string | undefined;
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  readonly watch: boolean;
}

/** The parts of a path about a resource; undefined for every other path. */
function splitPath(path: string): ResourcePath | undefined {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodePart);
  const core = parts[0] === "api";
  if (!core && parts[0] !== "apis") return undefined;
  let rest = parts.slice(core ? 2 : 3);
  if (rest.length === 0) return undefined;
  const watch = rest[0] === "watch";
  if (watch) rest = rest.slice(1);
  let namespace: string | undefined;
  if (rest[0] === "namespaces" && rest.length > 2 && rest[2] !== "status" && rest[2] !== "finalize") {
    namespace = rest[1];
    rest = rest.slice(2);
  }
  const [plural = "", name, ...sub] = rest;
  return {
    group: core ? "" : (parts[1] ?? ""),
    version: core ? parts[1] : parts[2],
    plural,
    watch,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    ...(sub.length > 0 && { subresource: sub.join("/") }),
  };
}

/** Resolves a path; "group": the group or root path is unknown, "resource": the resource of a known group is. */
export function resolvePath(path: string): Target | "group" | "resource" {
  const parts = splitPath(path);
  if (parts === undefined) return "group";
  const { group, version, plural, ...place } = parts;
  if (group !== "" && !isServed(group)) return "group";
  const asked = group === "" ? plural : `${plural}.${group}`;
  const face = kindOf(asked)?.version === version ? undefined : faceOf(asked, version);
  const resource = face?.resource ?? asked;
  const kind = kindOf(resource);
  if (kind === undefined || (face === undefined && kind.version !== version)) return "resource";
  const { namespace, name } = place;
  if (kind.namespaced !== (namespace !== undefined) && (!kind.namespaced || name !== undefined)) return "resource";
  return { kind, resource, ...place, ...(face !== undefined && { face }) };
}

/** What a request to a path wants to do, in the terms of authorization, where no served resource answers it. */
export function pathAttributes(method: string, path: string, user: User): Attributes {
  const parts = splitPath(path);
  if (parts === undefined) return { user, verb: method.toLowerCase(), group: "", resource: "", path };
  const { group, plural, namespace, name, subresource } = parts;
  return {
    user,
    verb: parts.watch ? "watch" : verbOf(method, name !== undefined),
    group,
    resource: plural,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  };
}

function verbOf(method: string, named: boolean): string {
  switch (method) {
    case "GET":
      return named ? "get" : "list";
    case "DELETE":
      return named ? "delete" : "deletecollection";
    default:
      return { POST: "create", PUT: "update", PATCH: "patch" }[method] ?? method.toLowerCase();
  }
}

/** A part of a path without its escapes; as it stands where these are broken. */
function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const GROUPS = new Set([
  "apps",
  "autoscaling",
  "batch",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
]);

function isServed(group: string): boolean {
  return GROUPS.has(group);
}
