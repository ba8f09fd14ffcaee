import type {
  Affinity,
  NodeSelector,
  NodeSelectorTerm,
  PodAffinityTerm,
  PodSpec,
  Toleration,
} from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { validateLabels } from "../metadata.ts";
import { labelSelector, oneOf, qualifiedName } from "./common.ts";

/** Validates tolerations. */
export function tolerations(values: readonly Toleration[] | undefined, at: string, errors: FieldErrors): void {
  for (const [i, value] of (values ?? []).entries()) {
    const field = `${at}[${i}]`;
    const { key = "", operator = "", effect = "" } = value;
    if (key !== "") qualifiedName(key, `${field}.key`, errors);
    if (key === "" && operator !== "Exists")
      errors.invalid(
        `${field}.operator`,
        operator,
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      );
    if (value.tolerationSeconds !== undefined && effect !== "NoExecute")
      errors.invalid(`${field}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
    if (operator === "" || operator === "Equal")
      validateTolerationValue(value.value ?? "", `${field}.operator`, errors);
    else if (operator === "Exists") {
      if ((value.value ?? "") !== "")
        errors.invalid(`${field}.operator`, value.value, "value must be empty when `operator` is 'Exists'");
    } else if (operator === "Gt" || operator === "Lt")
      errors.notSupported(`${field}.operator`, operator, ["Equal", "Exists", "Lt", "Gt"], "as given");
    else errors.notSupported(`${field}.operator`, operator, ["Equal", "Exists"]);
    if (effect !== "")
      oneOf(effect, ["NoSchedule", "PreferNoSchedule", "NoExecute"], `${field}.effect`, errors, "as given");
  }
}

function validateTolerationValue(value: string, at: string, errors: FieldErrors): void {
  validateLabels({ k: value }, at, errors);
}

/** Validates affinity of all three kinds. */
export function affinity(value: Affinity | undefined, at: string, errors: FieldErrors): void {
  if (value === undefined) return;
  const { nodeAffinity, podAffinity, podAntiAffinity } = value;
  if (nodeAffinity !== undefined) {
    const required = nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution;
    if (required !== undefined)
      nodeSelector(required, `${at}.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution`, errors);
    for (const [i, term] of (nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
      const field = `${at}.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
      weight(term.weight, field, errors);
      nodeTerm(term.preference, `${field}.preference`, errors);
    }
  }
  for (const [name, group] of [
    ["podAffinity", podAffinity],
    ["podAntiAffinity", podAntiAffinity],
  ] as const) {
    for (const [i, term] of (group?.requiredDuringSchedulingIgnoredDuringExecution ?? []).entries())
      podTerm(term, `${at}.${name}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`, errors);
    for (const [i, term] of (group?.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
      const field = `${at}.${name}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
      weight(term.weight, field, errors);
      podTerm(term.podAffinityTerm, `${field}.podAffinityTerm`, errors);
    }
  }
}

function weight(value: number, at: string, errors: FieldErrors): void {
  if (value <= 0 || value > 100) errors.invalid(`${at}.weight`, value, "must be in the range 1-100");
}

/** Validates a node selector: at least one term. */
export function nodeSelector(value: NodeSelector, at: string, errors: FieldErrors): void {
  if ((value.nodeSelectorTerms?.length ?? 0) === 0)
    errors.required(`${at}.nodeSelectorTerms`, "must have at least one node selector term");
  for (const [i, term] of (value.nodeSelectorTerms ?? []).entries())
    nodeTerm(term, `${at}.nodeSelectorTerms[${i}]`, errors);
}

function nodeTerm(term: NodeSelectorTerm | undefined, at: string, errors: FieldErrors): void {
  for (const [i, { key, operator, values }] of (term?.matchExpressions ?? []).entries()) {
    const field = `${at}.matchExpressions[${i}]`;
    const count = values?.length ?? 0;
    if (operator === "In" || operator === "NotIn") {
      if (count === 0) errors.required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
    } else if (operator === "Exists" || operator === "DoesNotExist") {
      if (count > 0)
        errors.forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    } else if (operator === "Gt" || operator === "Lt") {
      if (count !== 1)
        errors.required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'");
    } else errors.invalid(`${field}.operator`, operator, "not a valid selector operator");
    qualifiedName(key, `${field}.key`, errors);
  }
  for (const [i, { key, operator, values }] of (term?.matchFields ?? []).entries()) {
    const field = `${at}.matchFields[${i}]`;
    if (operator === "In" || operator === "NotIn") {
      if ((values?.length ?? 0) !== 1)
        errors.required(
          `${field}.values`,
          "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
        );
    } else errors.invalid(`${field}.operator`, operator, "not a valid selector operator");
    if (key !== "metadata.name") errors.invalid(`${field}.key`, key, "not a valid field selector key");
  }
}

function podTerm(term: PodAffinityTerm, at: string, errors: FieldErrors): void {
  labelSelector(term.labelSelector, `${at}.labelSelector`, errors);
  labelSelector(term.namespaceSelector, `${at}.namespaceSelector`, errors);
  if ((term.topologyKey ?? "") === "") errors.required(`${at}.topologyKey`, "can not be empty");
  qualifiedName(term.topologyKey ?? "", `${at}.topologyKey`, errors);
}

/** Validates topology spread constraints. */
export function spread(spec: PodSpec, at: string, errors: FieldErrors): void {
  const seen = new Set<string>();
  for (const [i, value] of (spec.topologySpreadConstraints ?? []).entries()) {
    const field = `${at}[${i}]`;
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains } = value;
    if (maxSkew <= 0) errors.invalid(`${field}.maxSkew`, maxSkew, "must be greater than zero");
    if (topologyKey === "") errors.required(`${field}.topologyKey`, "can not be empty");
    else qualifiedName(topologyKey, `${field}.topologyKey`, errors);
    oneOf(whenUnsatisfiable, ["DoNotSchedule", "ScheduleAnyway"], `${field}.whenUnsatisfiable`, errors);
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
    if (seen.has(pair)) errors.duplicate(`${field}.{topologyKey, whenUnsatisfiable}`, pair);
    seen.add(pair);
    if (minDomains !== undefined && minDomains <= 0)
      errors.invalid(`${field}.minDomains`, minDomains, "must be greater than zero");
    else if (minDomains !== undefined && whenUnsatisfiable !== "DoNotSchedule")
      errors.invalid(
        `${field}.minDomains`,
        minDomains,
        `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`,
      );
    oneOf(value.nodeAffinityPolicy, ["Honor", "Ignore"], `${field}.nodeAffinityPolicy`, errors);
    oneOf(value.nodeTaintsPolicy, ["Honor", "Ignore"], `${field}.nodeTaintsPolicy`, errors);
    labelSelector(value.labelSelector, `${field}.labelSelector`, errors);
  }
}
