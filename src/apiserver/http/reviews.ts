import { timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import type { User } from "../../api/request.ts";
import type { Etcd } from "../../etcd/etcd.ts";
import { grantOf, rulesFor } from "../authorization.ts";
import type { Attributes } from "../authorization.ts";
import { authorizeBy, DEFAULT_MODES } from "../authorization/authorizer.ts";
import type { AuthorizationMode } from "../authorization/authorizer.ts";
import { invalid } from "../failure.ts";
import type { Failure } from "../failure.ts";
import { FieldErrors } from "../field-errors.ts";
import { isObject } from "../patch/merge.ts";

type Json = { readonly [field: string]: unknown };

interface ReviewSpec {
  readonly resourceAttributes?: null | {
    readonly verb?: string;
    readonly group?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly nonResourceAttributes?: null | { readonly path?: string; readonly verb?: string };
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

/** Who decides, and what the decision rests on. */
interface Authority {
  readonly etcd: Etcd;
  readonly authorization?: readonly AuthorizationMode[];
}

/** The answer to a posted review: what the caller is and may do. */
export function reviewed(authority: Authority, path: string, posted: unknown, user: User, now: Millis): Json | Failure {
  const { kind, apiVersion, spec } = cast<{ kind: string; apiVersion: string; spec?: unknown }>(posted);
  const head = { kind, apiVersion, metadata: {} };
  const asked = isObject(spec) ? cast<ReviewSpec>(spec) : {};
  const resource = PATH.exec(path)?.[2] ?? "";
  switch (resource) {
    case "selfsubjectreviews":
      return {
        ...head,
        metadata: { creationTimestamp: timestamp(now) },
        status: { userInfo: { username: user.name, groups: user.groups } },
      };
    case "selfsubjectrulesreviews":
      return { ...head, spec: {}, status: rulesStatus(authority, user, asked.namespace) };
    default: {
      const self = resource === "selfsubjectaccessreviews";
      const errors = specErrors(asked, self);
      if (errors.causes.length > 0) return kindless(errors);
      const groups = Array.isArray(asked.groups) ? asked.groups : [];
      return {
        ...head,
        spec: asked,
        status: access(authority, asked, self ? user : { name: asked.user ?? "", groups }),
      };
    }
  }
}

/** Upstream does not tell the kind of the review. */
function kindless({ causes }: FieldErrors): Failure {
  const { status } = invalid("", "authorization.k8s.io", "", causes);
  return { ok: false, status: { ...status, details: { group: "authorization.k8s.io", causes } } };
}

function specErrors(
  { resourceAttributes, nonResourceAttributes, user = "", groups }: ReviewSpec,
  self: boolean,
): FieldErrors {
  const errors = new FieldErrors();
  if (isObject(resourceAttributes) && isObject(nonResourceAttributes))
    errors.invalid(
      "spec.nonResourceAttributes",
      nonResourceAttributes,
      "cannot be specified in combination with resourceAttributes",
    );
  if (!isObject(resourceAttributes) && !isObject(nonResourceAttributes))
    errors.invalid(
      "spec.resourceAttributes",
      null,
      "exactly one of nonResourceAttributes or resourceAttributes must be specified",
    );
  if (!self && user === "" && (groups ?? []).length === 0)
    errors.invalid("spec.user", user, "at least one of user or group must be specified");
  return errors;
}

function rulesStatus({ etcd }: Authority, user: User, namespace = ""): Json {
  const all = rulesFor(etcd, user, namespace);
  const resourceRules: Json[] = [];
  const nonResourceRules: Json[] = [];
  for (const { verbs, apiGroups = [], resources = [], resourceNames, nonResourceURLs = [] } of all) {
    if (resources.length > 0)
      resourceRules.push({ verbs, apiGroups, resources, ...(resourceNames !== undefined && { resourceNames }) });
    if (nonResourceURLs.length > 0) nonResourceRules.push({ verbs, nonResourceURLs });
  }
  if (all.length === 0 && user.groups.includes("system:masters"))
    resourceRules.push({ verbs: ["*"], apiGroups: ["*"], resources: ["*"] });
  return { resourceRules, nonResourceRules, incomplete: false };
}

function access({ etcd, authorization = DEFAULT_MODES }: Authority, spec: ReviewSpec, user: User): Json {
  const attributes = askedAttributes(spec, user);
  const reason = grantOf(etcd, attributes);
  if (reason !== undefined) return { allowed: true, ...(reason !== "" && { reason }) };
  return { allowed: authorizeBy(authorization, etcd, attributes) === undefined };
}

function askedAttributes({ resourceAttributes: asked, nonResourceAttributes }: ReviewSpec, user: User): Attributes {
  if (asked === undefined || asked === null) {
    const { verb = "", path = "" } = nonResourceAttributes ?? {};
    return { user, verb, group: "", resource: "", path };
  }
  const { namespace, name, subresource } = asked;
  return {
    user,
    verb: asked.verb ?? "",
    group: asked.group ?? "",
    resource: asked.resource ?? "",
    ...(namespace !== undefined && namespace !== "" && { namespace }),
    ...(name !== undefined && name !== "" && { name }),
    ...(subresource !== undefined && subresource !== "" && { subresource }),
  };
}
