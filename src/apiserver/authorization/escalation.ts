import { cast } from "../../base/units.ts";
import { deepEqual } from "../../api/equal.ts";
import type { ApiObject } from "../../api/object.ts";
import type { User } from "../../api/request.ts";
import type { PolicyRule, RoleRef } from "../../api/types/rbac-v1.ts";
import { rulesFor } from "../authorization.ts";
import type { Attributes } from "../authorization.ts";
import { failure, forbidden } from "../failure.ts";
import type { Failure } from "../failure.ts";
import type { Kind } from "../kind.ts";
import type { Call, Server } from "../server-state.ts";
import { authorizeBy, DEFAULT_MODES } from "./authorizer.ts";

const GROUP = "rbac.authorization.k8s.io";
const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];

interface Granting extends ApiObject {
  readonly rules?: readonly PolicyRule[] | null;
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly unknown[] | null };
  readonly roleRef?: RoleRef;
}

/** Nobody grants what they may not do themselves, unless they may escalate a role, or bind this one. */
export function grantProblem(
  server: Server,
  kind: Kind,
  object: ApiObject,
  stored: ApiObject | undefined,
  call: Call,
): Failure | undefined {
  const { user } = call;
  if (!call.remote || user === undefined || kind.group !== GROUP || user.groups.includes("system:masters"))
    return undefined;
  if (stored !== undefined && sameButMetadata(object, stored)) return undefined;
  const granting = cast<Granting>(object);
  return granting.roleRef === undefined
    ? roleProblem(server, kind, granting, user)
    : bindingProblem(server, kind, granting, granting.roleRef, user);
}

/** Only what the garbage collector needs has changed. */
function sameButMetadata(object: ApiObject, stored: ApiObject): boolean {
  return deepEqual(bare(object), bare(stored));
}

function bare(object: ApiObject): unknown {
  const { finalizers: _, ownerReferences: _1, managedFields: _2, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function may(server: Server, attributes: Attributes): boolean {
  return authorizeBy(server.options.authorization ?? DEFAULT_MODES, server.etcd, attributes) === undefined;
}

function roleProblem(server: Server, kind: Kind, role: Granting, user: User): Failure | undefined {
  const { name, namespace } = role.metadata;
  const place = namespace === undefined ? {} : { namespace };
  if (may(server, { user, verb: "escalate", group: GROUP, resource: kind.plural, name, ...place })) return undefined;
  const why = lackOf(server, user, namespace, role.rules ?? []);
  if (why !== undefined) return forbidden(kind, name, why);
  if ((role.aggregationRule?.clusterRoleSelectors ?? []).length === 0) return undefined;
  return lackOf(server, user, namespace, EVERYTHING) === undefined
    ? undefined
    : forbidden(kind, name, "must have cluster-admin privileges to use the aggregationRule");
}

function bindingProblem(
  server: Server,
  kind: Kind,
  binding: Granting,
  roleRef: RoleRef,
  user: User,
): Failure | undefined {
  const { name, namespace } = binding.metadata;
  const isRole = roleRef.kind === "Role";
  const resource = isRole ? "roles" : "clusterroles";
  const place = namespace === undefined ? {} : { namespace };
  if (may(server, { user, verb: "bind", group: GROUP, resource, name: roleRef.name, ...place })) return undefined;
  const role = server.etcd.get(`${resource}.${GROUP}`, isRole ? `${namespace ?? ""}/${roleRef.name}` : roleRef.name);
  if (role === undefined)
    return failure(404, "NotFound", `${kind.plural}.${GROUP} ${JSON.stringify(roleRef.name)} not found`, {
      name: roleRef.name,
      group: GROUP,
      kind: kind.plural,
    });
  const why = lackOf(server, user, namespace, cast<Granting>(role).rules ?? []);
  return why === undefined ? undefined : forbidden(kind, name, why);
}

/** What of the rules the user does not have. */
function lackOf(
  server: Server,
  user: User,
  namespace: string | undefined,
  rules: readonly PolicyRule[],
): string | undefined {
  const held = rulesFor(server.etcd, user, namespace);
  const missing = rules.flatMap(atoms).filter((atom) => !held.some((rule) => includes(rule, atom)));
  if (missing.length === 0) return undefined;
  const lines = [...new Set(compacted(missing).map(ruleText))].sort();
  const groups = user.groups.map((group) => JSON.stringify(group)).join(" ");
  return `user ${JSON.stringify(user.name)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${lines.join("\n")}`;
}

/** A rule in rules of one verb on one thing each. */
function atoms(rule: PolicyRule): readonly PolicyRule[] {
  const found: PolicyRule[] = [];
  for (const group of rule.apiGroups ?? [])
    for (const resource of rule.resources ?? [])
      for (const verb of rule.verbs) {
        const atom = { apiGroups: [group], resources: [resource], verbs: [verb] };
        const names = rule.resourceNames ?? [];
        if (names.length === 0) found.push(atom);
        for (const name of names) found.push({ ...atom, resourceNames: [name] });
      }
  for (const url of rule.nonResourceURLs ?? [])
    for (const verb of rule.verbs) found.push({ nonResourceURLs: [url], verbs: [verb] });
  return found;
}

function includes(rule: PolicyRule, atom: PolicyRule): boolean {
  const hasAll = (list: readonly string[] | undefined, wanted: readonly string[] | undefined): boolean =>
    list?.includes("*") === true || (wanted ?? []).every((value) => list?.includes(value) === true);
  if (!hasAll(rule.verbs, atom.verbs)) return false;
  if (atom.nonResourceURLs !== undefined)
    return atom.nonResourceURLs.every((url) => rule.nonResourceURLs?.some((pattern) => urlIncludes(pattern, url)));
  const [resource = ""] = atom.resources ?? [];
  const subresource = resource.includes("/") ? `*/${resource.split("/")[1] ?? ""}` : undefined;
  const resourceFits =
    hasAll(rule.resources, atom.resources) ||
    (subresource !== undefined && rule.resources?.includes(subresource) === true);
  if (!resourceFits || !hasAll(rule.apiGroups, atom.apiGroups)) return false;
  const names = rule.resourceNames ?? [];
  return names.length === 0 || (atom.resourceNames?.every((name) => names.includes(name)) ?? false);
}

function urlIncludes(pattern: string, url: string): boolean {
  return pattern === "*" || pattern === url || (pattern.endsWith("*") && url.startsWith(pattern.slice(0, -1)));
}

/** Rules about the same thing as one, with all their verbs. */
function compacted(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const merged = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const { verbs, ...what } = rule;
    const key = JSON.stringify([rule.nonResourceURLs === undefined ? what : rule]);
    const known = merged.get(key);
    merged.set(key, known === undefined ? rule : { ...known, verbs: [...known.verbs, ...verbs] });
  }
  return [...merged.values()];
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}`. */
function ruleText(rule: PolicyRule): string {
  const part = (title: string, list: readonly string[] | undefined): readonly string[] =>
    list === undefined || list.length === 0
      ? []
      : [`${title}:[${list.map((value) => JSON.stringify(value)).join(" ")}]`];
  const parts = [
    ...part("APIGroups", rule.apiGroups),
    ...part("Resources", rule.resources),
    ...part("NonResourceURLs", rule.nonResourceURLs),
    ...part("ResourceNames", rule.resourceNames),
    ...part("Verbs", rule.verbs),
  ];
  return `{${parts.join(", ")}}`;
}
