import { cast } from "../base/units.ts";
import type { ApiObject } from "../api/object.ts";
import type { Request, User } from "../api/request.ts";
import type { PolicyRule, RoleRef, Subject } from "../api/types/rbac-v1.ts";
import type { Etcd } from "../etcd/etcd.ts";

interface AnyBinding extends ApiObject {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[];
}

/** What a request wants to do, in the terms of RBAC. */
export interface Attributes {
  readonly user: User;
  readonly verb: string;
  readonly group: string;
  /** Plural, without the subresource. */
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly fieldSelector?: string;
  /** The path of a request that is about no resource; group and resource are "" then. */
  readonly path?: string;
}

/** RBAC: undefined when some rule of some binding allows it, else the sentence that refuses. */
export function authorize(etcd: Etcd, attributes: Attributes): string | undefined {
  const problems: string[] = [];
  if (grantOf(etcd, attributes, problems) !== undefined) return undefined;
  return refusal(attributes) + (problems.length === 0 ? "" : `: RBAC: ${problems.join(", ")}`);
}

/** Why RBAC allows it, "" for the administrators' group; undefined when it does not. Dangling roles go to `problems`. */
export function grantOf(etcd: Etcd, attributes: Attributes, problems: string[] = []): string | undefined {
  if (attributes.user.groups.includes("system:masters")) return "";
  for (const { rules, because } of grantedRules(etcd, attributes, problems))
    for (const rule of rules) if (allows(rule, attributes)) return because();
  return undefined;
}

/** All rules that hold for a user in a namespace, or everywhere. */
export function rulesFor(etcd: Etcd, user: User, namespace: string | undefined): readonly PolicyRule[] {
  const attributes = { user, verb: "", group: "", resource: "", ...(namespace !== undefined && { namespace }) };
  return [...grantedRules(etcd, attributes, [])].flatMap(({ rules }) => rules);
}

/** Rules of one binding, and the sentence that names it. */
interface Grant {
  readonly rules: readonly PolicyRule[];
  because(): string;
}

function* grantedRules(etcd: Etcd, { user, namespace }: Attributes, problems: string[]): Iterable<Grant> {
  for (const object of etcd.range("clusterrolebindings.rbac.authorization.k8s.io")) {
    const binding = cast<AnyBinding>(object);
    const subject = binding.subjects?.find((one) => isSubject(one, user));
    if (subject !== undefined)
      yield {
        rules: rulesOf(etcd, binding.roleRef, undefined, problems),
        because: () => allowedBy("ClusterRoleBinding", binding.metadata.name, binding.roleRef, subject),
      };
  }
  if (namespace === undefined) return;
  for (const object of etcd.range("rolebindings.rbac.authorization.k8s.io", namespace)) {
    const binding = cast<AnyBinding>(object);
    const subject = binding.subjects?.find((one) => isSubject(one, user));
    if (subject !== undefined)
      yield {
        rules: rulesOf(etcd, binding.roleRef, namespace, problems),
        because: () => allowedBy("RoleBinding", `${binding.metadata.name}/${namespace}`, binding.roleRef, subject),
      };
  }
}

/** `RBAC: allowed by RoleBinding "rb/t" of Role "role" to User "alice"`. */
function allowedBy(kind: string, name: string, role: RoleRef, subject: Subject): string {
  const who =
    subject.kind === "ServiceAccount" ? `"${subject.name}/${subject.namespace ?? ""}"` : JSON.stringify(subject.name);
  return `RBAC: allowed by ${kind} ${JSON.stringify(name)} of ${role.kind} ${JSON.stringify(role.name)} to ${subject.kind} ${who}`;
}

function isSubject(subject: Subject, user: User): boolean {
  switch (subject.kind) {
    case "User":
      return subject.name === user.name;
    case "Group":
      return user.groups.includes(subject.name);
    default:
      return user.name === `system:serviceaccount:${subject.namespace ?? ""}:${subject.name}`;
  }
}

function rulesOf(
  etcd: Etcd,
  { kind, name }: RoleRef,
  namespace: string | undefined,
  problems: string[],
): readonly PolicyRule[] {
  const isRole = kind === "Role";
  const role = isRole
    ? etcd.get("roles.rbac.authorization.k8s.io", `${namespace ?? ""}/${name}`)
    : etcd.get("clusterroles.rbac.authorization.k8s.io", name);
  if (role === undefined)
    problems.push(`${isRole ? "role" : "clusterrole"}.rbac.authorization.k8s.io ${JSON.stringify(name)} not found`);
  return cast<{ readonly rules?: readonly PolicyRule[] } | undefined>(role)?.rules ?? [];
}

/** Whether one rule allows a request. */
export function allows(rule: PolicyRule, attributes: Attributes): boolean {
  const { verb, group, resource, subresource, name, path } = attributes;
  const has = (list: readonly string[] | undefined, value: string): boolean =>
    list?.includes("*") === true || list?.includes(value) === true;
  if (!has(rule.verbs, verb)) return false;
  if (path !== undefined) return rule.nonResourceURLs?.some((pattern) => covers(pattern, path)) === true;
  if (!has(rule.apiGroups, group)) return false;
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  const named =
    has(rule.resources, full) || (subresource !== undefined && rule.resources?.includes(`*/${subresource}`) === true);
  if (!named) return false;
  const names = rule.resourceNames ?? [];
  return names.length === 0 || (name !== undefined && names.includes(name));
}

/** "/healthz", or "/healthz/*" for all that begins so. */
export function covers(pattern: string, path: string): boolean {
  return pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : pattern === path;
}

/** `User "alice" cannot get resource "pods" in API group "" in the namespace "t"`. */
export function refusal({ user, verb, group, resource, subresource, namespace, path }: Attributes): string {
  if (path !== undefined) return `User ${JSON.stringify(user.name)} cannot ${verb} path ${JSON.stringify(path)}`;
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  const where = namespace === undefined ? "at the cluster scope" : `in the namespace ${JSON.stringify(namespace)}`;
  return `User ${JSON.stringify(user.name)} cannot ${verb} resource ${JSON.stringify(full)} in API group ${JSON.stringify(group)} ${where}`;
}

/** The attributes of a request about a resource of `group`; a field selector by name counts as the name. */
export function attributesOf(request: Request, group: string, plural: string, user: User): Attributes {
  const fieldSelector = request.options?.fieldSelector;
  const selected = /^metadata\.name=([^,]+)$/.exec(fieldSelector ?? "")?.[1];
  const name = request.name ?? selected;
  return {
    user,
    verb: request.verb,
    group,
    resource: plural,
    ...(request.subresource !== undefined && { subresource: request.subresource }),
    ...(request.namespace !== undefined && { namespace: request.namespace }),
    ...(name !== undefined && request.verb !== "create" && request.verb !== "deletecollection" && { name }),
    ...(request.verb === "create" && request.subresource !== undefined && name !== undefined && { name }),
    ...(fieldSelector !== undefined && { fieldSelector }),
  };
}
