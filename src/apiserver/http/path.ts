import type { Resource } from "../../api/object.ts";
import { kindOf } from "../kinds/index.ts";
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
}

/** Resolves a path; "group": the group or root path is unknown, "resource": the resource of a known group is. */
export function resolvePath(path: string): Target | "group" | "resource" {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodePart);
  const core = parts[0] === "api";
  if (!core && parts[0] !== "apis") return "group";
  const group = core ? "" : (parts[1] ?? "");
  const version = core ? parts[1] : parts[2];
  if (!core && !isServed(group)) return "group";
  let rest = parts.slice(core ? 2 : 3);
  const watch = rest[0] === "watch";
  if (watch) rest = rest.slice(1);
  let namespace: string | undefined;
  if (rest[0] === "namespaces" && rest.length > 2 && rest[2] !== "status" && rest[2] !== "finalize") {
    namespace = rest[1];
    rest = rest.slice(2);
  }
  const [plural = "", name, ...sub] = rest;
  const resource = group === "" ? plural : `${plural}.${group}`;
  const kind = kindOf(resource);
  if (kind === undefined || kind.version !== version) return "resource";
  if (kind.namespaced !== (namespace !== undefined) && (!kind.namespaced || name !== undefined)) return "resource";
  return {
    kind,
    resource,
    watch,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    ...(sub.length > 0 && { subresource: sub.join("/") }),
  };
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
