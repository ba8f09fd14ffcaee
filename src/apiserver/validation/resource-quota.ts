import { compareText } from "../../base/order.ts";
import { parseQuantity } from "../../api/quantity.ts";
import type { ResourceQuota, ResourceQuotaSpec } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { NOT_NEGATIVE } from "./common.ts";

const QUOTA_RESOURCES = new Set([
  "cpu",
  "memory",
  "ephemeral-storage",
  "requests.cpu",
  "requests.memory",
  "requests.storage",
  "requests.ephemeral-storage",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "persistentvolumeclaims",
  "configmaps",
  "services.nodeports",
  "services.loadbalancers",
]);
const COUNTED = new Set([
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
]);

/** Validates a ResourceQuota. */
export function validateResourceQuota({ spec }: ResourceQuota, errors: FieldErrors): void {
  for (const name in spec?.hard) {
    const amount = spec?.hard?.[name] ?? "0";
    const at = `spec.hard[${name}]`;
    if (!name.includes("/") && !QUOTA_RESOURCES.has(name)) {
      errors.invalid(at, name, "must be a standard resource type or fully qualified");
      errors.invalid(at, name, "must be a standard resource for quota");
    }
    const value = parseQuantity(amount) ?? 0n;
    if (value < 0n) errors.invalid(at, amount, NOT_NEGATIVE);
    if (COUNTED.has(name) && value % 1_000_000_000n !== 0n) errors.invalid(at, amount, "must be an integer");
  }
  const hard = Object.keys(spec?.hard ?? {}).sort(compareText);
  scopes(spec?.scopes ?? [], hard, errors);
  scopeSelector(spec, hard, errors);
}

const POD_SCOPES = [
  "BestEffort",
  "NotBestEffort",
  "Terminating",
  "NotTerminating",
  "PriorityClass",
  "CrossNamespacePodAffinity",
];

const STANDARD = /^(requests\.|limits\.)?(cpu|memory|ephemeral-storage)$/;
const EXISTS_ONLY =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

/** Whether a quota on a resource can be limited to pods of a scope. */
function scopeFits(scope: string, resource: string): boolean {
  if (resource.startsWith("count/pods") || !QUOTA_RESOURCES.has(resource)) return true;
  return resource === "pods" || (scope !== "BestEffort" && STANDARD.test(resource));
}

function scopes(list: readonly string[], hard: readonly string[], errors: FieldErrors): void {
  for (const scope of list) {
    if (!POD_SCOPES.includes(scope)) errors.invalid("spec.scopes", list, "unsupported scope");
    for (const name of hard)
      if (!scopeFits(scope, name)) errors.invalid("spec.scopes", list, "unsupported scope applied to resource");
  }
  conflicts(new Set(list), list, errors);
}

function conflicts(set: ReadonlySet<string>, list: readonly string[] | undefined, errors: FieldErrors): void {
  for (const [a, b] of [
    ["BestEffort", "NotBestEffort"],
    ["Terminating", "NotTerminating"],
  ] as const)
    if (set.has(a) && set.has(b)) errors.invalid("spec.scopes", list, "conflicting scopes");
}

function scopeSelector(spec: ResourceQuotaSpec | undefined, hard: readonly string[], errors: FieldErrors): void {
  const at = "spec.scopeSelector.matchExpressions";
  const selector = spec?.scopeSelector;
  if (selector === undefined) return;
  const set = new Set<string>();
  for (const { scopeName, operator, values } of selector.matchExpressions ?? []) {
    if (!POD_SCOPES.includes(scopeName)) errors.invalid(`${at}.scopeName`, scopeName, "unsupported scope");
    for (const name of hard)
      if (!scopeFits(scopeName, name)) errors.invalid(at, selector, "unsupported scope applied to resource");
    if (POD_SCOPES.includes(scopeName) && scopeName !== "PriorityClass" && scopeName !== "VolumeAttributesClass")
      if (operator !== "Exists") errors.invalid(`${at}.operator`, operator, EXISTS_ONLY);
    const count = values?.length ?? 0;
    if (operator === "In" || operator === "NotIn") {
      if (count === 0)
        errors.required(
          `${at}.values`,
          "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
        );
    } else if (operator === "Exists" || operator === "DoesNotExist") {
      if (count > 0)
        errors.invalid(
          `${at}.values`,
          values,
          "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
        );
    } else errors.invalid(`${at}.operator`, operator, "not a valid selector operator");
    set.add(scopeName);
  }
  conflicts(set, spec?.scopes, errors);
}
