import { deepEqual } from "../../api/equal.ts";
import type { PodDisruptionBudget } from "../../api/types/policy-v1.ts";
import type { ClusterRole, PolicyRule, RoleRef, Subject } from "../../api/types/rbac-v1.ts";
import type { PriorityClass } from "../../api/types/scheduling-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { pathSegmentProblems, subdomainProblems } from "../name-rules.ts";
import { atMost100Percent, complaints, intOrPercent, labelSelector, notNegative, oneOf } from "./common.ts";

/** Validates a PodDisruptionBudget. */
export function validateBudget({ spec }: PodDisruptionBudget, errors: FieldErrors): void {
  if (spec === undefined) return;
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined)
    errors.invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set");
  for (const field of ["minAvailable", "maxUnavailable"] as const) {
    intOrPercent(spec[field], `spec.${field}`, errors);
    atMost100Percent(spec[field], `spec.${field}`, errors);
  }
  labelSelector(spec.selector, "spec.selector", errors);
  oneOf(spec.unhealthyPodEvictionPolicy, ["AlwaysAllow", "IfHealthyBudget"], "spec.unhealthyPodEvictionPolicy", errors);
}

/** Validates a budget's status. */
export function validateBudgetStatus({ status }: PodDisruptionBudget, errors: FieldErrors): void {
  for (const field of ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"] as const)
    notNegative(status?.[field], `status.${field}`, errors);
}

const HIGHEST_USER_VALUE = 1_000_000_000;

/** Validates a PriorityClass: system- names are kept for the system's own classes. */
export function validatePriorityClass({ metadata, value, preemptionPolicy }: PriorityClass, errors: FieldErrors): void {
  if (
    metadata.name.startsWith("system-") &&
    !["system-cluster-critical", "system-node-critical"].includes(metadata.name)
  )
    errors.forbidden(
      "metadata.name",
      `priority class names with 'system-' prefix are reserved for system use only. error: ${metadata.name} is not a known system priority class`,
    );
  else if ((value ?? 0) > HIGHEST_USER_VALUE && !metadata.name.startsWith("system-"))
    errors.forbidden("value", `maximum allowed value of a user defined priority is ${HIGHEST_USER_VALUE}`);
  oneOf(preemptionPolicy, ["PreemptLowerPriority", "Never"], "preemptionPolicy", errors, "as given");
}

/** Validates a change of a PriorityClass: its value stays. */
export function validatePriorityClassUpdate(object: PriorityClass, stored: PriorityClass, errors: FieldErrors): void {
  if ((object.value ?? 0) !== (stored.value ?? 0)) errors.forbidden("value", "may not be changed in an update.");
  if (object.preemptionPolicy !== stored.preemptionPolicy)
    errors.invalid("preemptionPolicy", object.preemptionPolicy, "field is immutable");
}

/** Validates the rules of a role. */
export function validateRules(
  rules: readonly PolicyRule[] | undefined,
  namespaced: boolean,
  errors: FieldErrors,
): void {
  for (const [i, rule] of (rules ?? []).entries()) {
    const at = `rules[${i}]`;
    if ((rule.verbs?.length ?? 0) === 0) errors.required(`${at}.verbs`, "verbs must contain at least one value");
    const urls = rule.nonResourceURLs ?? [];
    if (urls.length > 0) {
      if (namespaced)
        errors.invalid(`${at}.nonResourceURLs`, urls, "namespaced rules cannot apply to non-resource URLs");
      if (
        (rule.apiGroups?.length ?? 0) > 0 ||
        (rule.resources?.length ?? 0) > 0 ||
        (rule.resourceNames?.length ?? 0) > 0
      )
        errors.invalid(
          `${at}.nonResourceURLs`,
          urls,
          "rules cannot apply to both regular resources and non-resource URLs",
        );
      continue;
    }
    if ((rule.apiGroups?.length ?? 0) === 0)
      errors.required(`${at}.apiGroups`, "resource rules must supply at least one api group");
    if ((rule.resources?.length ?? 0) === 0)
      errors.required(`${at}.resources`, "resource rules must supply at least one resource");
  }
}

/** Validates a ClusterRole: its rules, and the selectors of the roles that it gathers. */
export function validateClusterRole({ rules, aggregationRule }: ClusterRole, errors: FieldErrors): void {
  validateRules(rules, false, errors);
  if (aggregationRule === undefined) return;
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  const at = "aggregationRule.clusterRoleSelectors";
  if (selectors.length === 0)
    errors.required(at, "at least one clusterRoleSelector required if aggregationRule is non-nil");
  for (const [i, selector] of selectors.entries()) {
    const before = errors.causes.length;
    labelSelector(selector, `${at}[${i}]`, errors);
    if (errors.causes.length > before) errors.invalid(`${at}[${i}]`, null, "invalid label selector.");
  }
}

interface AnyBinding {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[];
}

const RBAC = "rbac.authorization.k8s.io";

/** Validates a role binding. */
export function validateBinding({ roleRef, subjects }: AnyBinding, namespaced: boolean, errors: FieldErrors): void {
  oneOf(roleRef.apiGroup, [RBAC], "roleRef.apiGroup", errors);
  oneOf(roleRef.kind, namespaced ? ["Role", "ClusterRole"] : ["ClusterRole"], "roleRef.kind", errors, "as given");
  if ((roleRef.name ?? "") === "") errors.required("roleRef.name");
  else complaints(pathSegmentProblems(roleRef.name), roleRef.name, "roleRef.name", errors);
  for (const [i, subject] of (subjects ?? []).entries()) {
    const at = `subjects[${i}]`;
    if ((subject.name ?? "") === "") errors.required(`${at}.name`);
    if (subject.kind === "ServiceAccount") {
      if (subject.name !== "") complaints(subdomainProblems(subject.name), subject.name, `${at}.name`, errors);
      if ((subject.apiGroup ?? "") !== "") errors.notSupported(`${at}.apiGroup`, subject.apiGroup, [""]);
      if (!namespaced && (subject.namespace ?? "") === "") errors.required(`${at}.namespace`);
    } else if (subject.kind === "User" || subject.kind === "Group")
      oneOf(subject.apiGroup, [RBAC], `${at}.apiGroup`, errors);
    else errors.notSupported(`${at}.kind`, subject.kind, ["ServiceAccount", "User", "Group"], "as given");
  }
}

/** Validates a change of a binding: its role stays. */
export function validateBindingUpdate(
  object: AnyBinding,
  stored: AnyBinding,
  namespaced: boolean,
  errors: FieldErrors,
): void {
  validateBinding(object, namespaced, errors);
  if (!deepEqual(object.roleRef, stored.roleRef)) errors.invalid("roleRef", object.roleRef, "cannot change roleRef");
}
