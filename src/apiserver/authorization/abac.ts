import type { Attributes } from "../authorization.ts";

/** A line of an ABAC policy file (abac.authorization.kubernetes.io/v1beta1); "*" stands for anything. */
export interface AbacPolicy {
  readonly user?: string;
  readonly group?: string;
  readonly readonly?: boolean;
  readonly apiGroup?: string;
  readonly resource?: string;
  readonly namespace?: string;
  readonly nonResourcePath?: string;
}

const READS = ["get", "list", "watch"];

/** Whether some policy allows a request. */
export function abacAllows(policies: readonly AbacPolicy[], attributes: Attributes): boolean {
  return policies.some(
    (policy) => isSubject(policy, attributes) && verbFits(policy, attributes) && fits(policy, attributes),
  );
}

/** Both user and group must fit where both are named; a policy without either is nobody's. */
function isSubject({ user = "", group = "" }: AbacPolicy, attributes: Attributes): boolean {
  if (user === "" && group === "") return false;
  const userFits = user === "" || user === "*" || user === attributes.user.name;
  return userFits && (group === "" || group === "*" || attributes.user.groups.includes(group));
}

function verbFits(policy: AbacPolicy, { verb }: Attributes): boolean {
  return policy.readonly !== true || READS.includes(verb);
}

function fits(policy: AbacPolicy, { path, namespace = "", resource, group }: Attributes): boolean {
  if (path !== undefined) {
    const { nonResourcePath = "" } = policy;
    if (nonResourcePath === "*" || nonResourcePath === path) return true;
    return nonResourcePath.endsWith("*") && path.startsWith(nonResourcePath.slice(0, -1));
  }
  const same = (wanted: string | undefined, value: string): boolean => wanted === "*" || (wanted ?? "") === value;
  return same(policy.namespace, namespace) && same(policy.resource, resource) && same(policy.apiGroup, group);
}
