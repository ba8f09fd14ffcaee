import { timestamp } from "../../base/time.ts";
import type { Millis } from "../../base/units.ts";
import { cast } from "../../base/units.ts";
import type { User } from "../../api/request.ts";
import type { Etcd } from "../../etcd/etcd.ts";
import { grantOf, rulesFor } from "../authorization.ts";
import type { Attributes } from "../authorization.ts";

type Json = { readonly [field: string]: unknown };

/** Reads that every user may do (system:discovery, system:public-info-viewer). */
const PUBLIC = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
const DISCOVERY = ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz"];

/** What every user may ask about itself (system:basic-user). */
const BASIC: readonly Json[] = [
  {
    apiGroups: ["authorization.k8s.io"],
    resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
    verbs: ["create"],
  },
  { apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"], verbs: ["create"] },
];

interface ReviewSpec {
  readonly resourceAttributes?: {
    readonly verb?: string;
    readonly group?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly namespace?: string;
}

const PATH =
  /^\/apis\/(authentication|authorization)\.k8s\.io\/v1\/(?:namespaces\/[^/]+\/)?(selfsubjectreviews|selfsubjectaccessreviews|selfsubjectrulesreviews|subjectaccessreviews|localsubjectaccessreviews)$/;

/** Whether a path is one to which reviews are posted. */
export function isReviewPath(path: string): boolean {
  return PATH.test(path);
}

/** Whether a user may post a review: of itself everybody, of others whom RBAC lets. */
export function reviewAttributes(path: string, user: User): Attributes | undefined {
  const [, group = "", resource = ""] = PATH.exec(path) ?? [];
  if (resource.startsWith("self")) return undefined;
  return { user, verb: "create", group: `${group}.k8s.io`, resource };
}

/** The answer to a posted review: what the caller is and may do. */
export function reviewed(etcd: Etcd, path: string, posted: unknown, user: User, now: Millis = 0): Json {
  const { kind, apiVersion, spec = {} } = cast<{ kind: string; apiVersion: string; spec?: ReviewSpec }>(posted);
  const head = { kind, apiVersion, metadata: {} };
  switch (PATH.exec(path)?.[2]) {
    case "selfsubjectreviews": {
      const userInfo = { username: user.name, groups: user.groups };
      return { ...head, metadata: { creationTimestamp: timestamp(now) }, status: { userInfo } };
    }
    case "selfsubjectrulesreviews": {
      const nonResourceRules = [
        { verbs: ["get"], nonResourceURLs: [...DISCOVERY, "/version", "/version/"] },
        { verbs: ["get"], nonResourceURLs: PUBLIC },
      ];
      const all = { verbs: ["*"], apiGroups: ["*"], resources: ["*"] };
      const admin = user.groups.includes("system:masters");
      const resourceRules = [...BASIC, ...(admin ? [all] : rulesFor(etcd, user, spec.namespace ?? ""))];
      return { ...head, spec: {}, status: { resourceRules, nonResourceRules, incomplete: false } };
    }
    case "selfsubjectaccessreviews":
      return { ...head, spec, status: access(etcd, spec, user) };
    default: {
      const groups = spec.groups ?? [];
      return { ...head, spec, status: access(etcd, spec, { name: spec.user ?? "", groups }) };
    }
  }
}

function access(etcd: Etcd, spec: ReviewSpec, user: User): Json {
  const { resourceAttributes: asked, nonResourceAttributes: path } = spec;
  if (asked === undefined) {
    const open = path?.verb === "get" && [...DISCOVERY, ...PUBLIC].some((rule) => covers(rule, path.path ?? ""));
    return { allowed: user.groups.includes("system:masters") || open };
  }
  const { namespace, name, subresource } = asked;
  const reason = grantOf(etcd, {
    user,
    verb: asked.verb ?? "",
    group: asked.group ?? "",
    resource: asked.resource ?? "",
    ...(namespace !== undefined && namespace !== "" && { namespace }),
    ...(name !== undefined && name !== "" && { name }),
    ...(subresource !== undefined && subresource !== "" && { subresource }),
  });
  if (reason === undefined) return { allowed: false };
  return { allowed: true, ...(reason !== "" && { reason }) };
}

function covers(rule: string, path: string): boolean {
  return rule.endsWith("*") ? path.startsWith(rule.slice(0, -1)) : rule === path;
}
