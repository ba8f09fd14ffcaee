import { compareText } from "../../base/order.ts";
import { deepEqual } from "../../api/equal.ts";
import type { Manifest } from "../../api/object.ts";
import type { PolicyRule } from "../../api/types/rbac-v1.ts";
import { bootstrapBindingsText } from "./bootstrap-bindings-text.ts";
import { bootstrapControllerRolesText } from "./bootstrap-controller-roles-text.ts";
import { bootstrapRolesText } from "./bootstrap-roles-text.ts";

const GROUP = "rbac.authorization.k8s.io";

interface Role {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: readonly string[];
  readonly aggregates: readonly string[];
  readonly rules: PolicyRule[];
}

/**
 * The roles and bindings of a new cluster, those that gather the rules of others already filled in. Users' roles come
 * first, in the order in which they appear in a real cluster.
 */
export function bootstrapPolicy(): readonly Manifest[] {
  const roles: Role[] = [];
  for (const line of `${bootstrapRolesText}\n${bootstrapControllerRolesText}`.split("\n")) {
    const parts = line.trim().split("|");
    if (line.startsWith(" ")) roles.at(-1)?.rules.push(ruleOf(parts));
    else roles.push(roleOf(parts));
  }
  const bindings = bootstrapBindingsText.split("\n").map((line) => bindingOf(line.split("|")));
  const users = ["cluster-admin", "view", "edit", "admin"];
  const place = ({ name }: Role): number => (users.includes(name) ? users.indexOf(name) : users.length);
  const filled = new Map<string, readonly PolicyRule[]>();
  const sorted = [...roles].sort((a, b) => place(a) - place(b) || compareText(a.name, b.name));
  return [...sorted.map((role) => manifestOf(role, gathered(role, roles, filled))), ...bindings];
}

/** The part of the policy that concerns people: users' roles, discovery, and what everybody may see. */
export function userPolicy(): readonly Manifest[] {
  const names = new Set([
    "cluster-admin",
    "view",
    "edit",
    "admin",
    "system:discovery",
    "system:basic-user",
    "system:public-info-viewer",
  ]);
  return bootstrapPolicy().filter(({ metadata }) => names.has(metadata.name ?? ""));
}

function listOf(text: string | undefined): readonly string[] {
  return text === undefined || text === "" ? [] : text.split(",").map((value) => (value === '""' ? "" : value));
}

function ruleOf([verbs, apiGroups, resources, resourceNames, nonResourceURLs]: readonly string[]): PolicyRule {
  const some = (key: keyof PolicyRule, text: string | undefined): Partial<PolicyRule> => {
    const list = listOf(text);
    return list.length === 0 ? {} : { [key]: list };
  };
  return {
    verbs: listOf(verbs),
    ...some("apiGroups", apiGroups),
    ...some("resources", resources),
    ...some("resourceNames", resourceNames),
    ...some("nonResourceURLs", nonResourceURLs),
  };
}

function roleOf([kind = "", namespace = "", name = "", labels, aggregates]: readonly string[]): Role {
  return { kind, namespace, name, labels: listOf(labels), aggregates: listOf(aggregates), rules: [] };
}

function bindingOf([kind = "", namespace = "", name = "", roleKind, role, subjects = ""]: readonly string[]): Manifest {
  return {
    apiVersion: `${GROUP}/v1`,
    kind,
    metadata: metadataOf(namespace, name, []),
    roleRef: { apiGroup: GROUP, kind: roleKind, name: role },
    subjects: subjects.split(" ").map((subject) => {
      const [subjectKind, place = "", ...rest] = subject.split("/");
      const who = { kind: subjectKind, name: rest.join("/") };
      return subjectKind === "ServiceAccount" ? { ...who, namespace: place } : { ...who, apiGroup: GROUP };
    }),
  };
}

function metadataOf(namespace: string, name: string, labels: readonly string[]): Manifest["metadata"] {
  const own = Object.fromEntries(labels.map((label) => [`${GROUP}/${label}`, "true"]));
  return {
    name,
    ...(namespace !== "" && { namespace }),
    labels: { "kubernetes.io/bootstrapping": "rbac-defaults", ...own },
    annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
  };
}

/** The rules of a role that gathers others: those of every role with its labels, by name, each rule once. */
function gathered(
  role: Role,
  roles: readonly Role[],
  filled: Map<string, readonly PolicyRule[]>,
): readonly PolicyRule[] {
  if (role.aggregates.length === 0) return role.rules;
  const known = filled.get(role.name);
  if (known !== undefined) return known;
  const rules: PolicyRule[] = [];
  const sources = roles.filter(
    (other) => other !== role && other.labels.some((label) => role.aggregates.includes(label)),
  );
  for (const source of sources.sort((a, b) => compareText(a.name, b.name)))
    for (const rule of gathered(source, roles, filled))
      if (!rules.some((other) => deepEqual(other, rule))) rules.push(rule);
  filled.set(role.name, rules);
  return rules;
}

function manifestOf({ kind, namespace, name, labels, aggregates }: Role, rules: readonly PolicyRule[]): Manifest {
  const clusterRoleSelectors = aggregates.map((label) => ({ matchLabels: { [`${GROUP}/${label}`]: "true" } }));
  return {
    apiVersion: `${GROUP}/v1`,
    kind,
    metadata: metadataOf(namespace, name, labels),
    ...(aggregates.length > 0 && { aggregationRule: { clusterRoleSelectors } }),
    rules,
  };
}
