import type {
  Node,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodSpec,
  PreferredSchedulingTerm,
} from "./types/core-v1.ts";

type Labels = { readonly [key: string]: string } | undefined;

const INTEGER = /^[+-]?\d+$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const MAX_INT64 = 9_223_372_036_854_775_807n;
const NOT_AN_INTEGER = "for 'Gt', 'Lt' operators, the value must be an integer";

/** nodeSelector and required node affinity of a pod's spec. */
export function requiredAffinityMatches(spec: Pick<PodSpec, "nodeSelector" | "affinity">, node: Node): boolean {
  const selector = spec.nodeSelector;
  const labels = node.metadata.labels;
  for (const key in selector) if (labels?.[key] !== selector[key]) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || nodeSelectorMatches(required, node);
}

/** Any term matches; terms that are empty or do not parse match nothing. */
export function nodeSelectorMatches(selector: NodeSelector, node: Node): boolean {
  for (const term of selector.nodeSelectorTerms) if (!isEmptyTerm(term) && termMatches(term, node)) return true;
  return false;
}

/** Sum of the weights of the preferred terms that match. */
export function preferredWeight(terms: readonly PreferredSchedulingTerm[], node: Node): number {
  let sum = 0;
  for (const { weight, preference } of terms) {
    if (weight !== 0 && !isEmptyTerm(preference) && termMatches(preference, node)) sum += weight;
  }
  return sum;
}

/** What PreScore says of preferred terms that do not parse; undefined when all do. */
export function preferredTermErrors(affinity: NodeAffinity | undefined): string | undefined {
  const errors: string[] = [];
  const terms = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  for (const [i, { weight, preference }] of terms.entries()) {
    if (weight !== 0 && !isEmptyTerm(preference)) errors.push(...termErrors(preference, `[${i}]`));
  }
  if (errors.length === 0) return undefined;
  const distinct = [...new Set(errors)];
  return distinct.length === 1 ? distinct[0] : `[${distinct.join(", ")}]`;
}

function isEmptyTerm(term: NodeSelectorTerm): boolean {
  return (term.matchExpressions?.length ?? 0) === 0 && (term.matchFields?.length ?? 0) === 0;
}

function termMatches(term: NodeSelectorTerm, node: Node): boolean {
  if (!parses(term)) return false;
  const labels = node.metadata.labels;
  for (const requirement of term.matchExpressions ?? []) if (!expressionMatches(requirement, labels)) return false;
  for (const { key, operator, values } of term.matchFields ?? []) {
    const value = key === "metadata.name" ? node.metadata.name : "";
    if ((values?.[0] === value) !== (operator === "In")) return false;
  }
  return true;
}

/** One requirement on labels; Gt and Lt compare whole numbers and need the label. */
function expressionMatches({ key, operator, values }: NodeSelectorRequirement, labels: Labels): boolean {
  const value = labels?.[key];
  switch (operator) {
    case "In":
      return value !== undefined && (values ?? []).includes(value);
    case "NotIn":
      return value === undefined || !(values ?? []).includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default: {
      if (value === undefined) return false;
      const own = parseInteger(value);
      const bound = parseInteger(values?.[0] ?? "");
      if (own === undefined || bound === undefined) return false;
      return operator === "Gt" ? own > bound : own < bound;
    }
  }
}

const parsed = new WeakMap<NodeSelectorTerm, boolean>();

function parses(term: NodeSelectorTerm): boolean {
  let known = parsed.get(term);
  if (known === undefined) {
    known = termErrors(term, "").length === 0;
    parsed.set(term, known);
  }
  return known;
}

function termErrors(term: NodeSelectorTerm, path: string): string[] {
  const errors: string[] = [];
  for (const [i, requirement] of (term.matchExpressions ?? []).entries()) {
    const found = expressionErrors(requirement, `${path}.matchExpressions[${i}]`);
    if (found.length > 1) errors.push(`[${found.join(", ")}]`);
    else errors.push(...found);
  }
  for (const [i, { operator, values = [] }] of (term.matchFields ?? []).entries()) {
    const at = `${path}.matchFields[${i}]`;
    if (operator !== "In" && operator !== "NotIn")
      errors.push(`${at}.operator: Unsupported value: "${operator}": supported values: "In", "NotIn"`);
    else if (values.length !== 1) errors.push(`${at}.values: Invalid value: ${listed(values)}: must have one element`);
  }
  return errors;
}

function expressionErrors({ operator, values = [] }: NodeSelectorRequirement, path: string): string[] {
  const errors: string[] = [];
  const at = `${path}.values`;
  const invalid = (sentence: string): void => void errors.push(`${at}: Invalid value: ${listed(values)}: ${sentence}`);
  if (operator === "In" || operator === "NotIn") {
    if (values.length === 0) invalid("for 'in', 'notin' operators, values set can't be empty");
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values.length !== 0) invalid("values set must be empty for exists and does not exist");
  } else if (operator === "Gt" || operator === "Lt") {
    if (values.length !== 1) invalid("for 'Gt', 'Lt' operators, exactly one value is required");
    for (const [i, value] of values.entries())
      if (parseInteger(value) === undefined) errors.push(`${at}[${i}]: Invalid value: "${value}": ${NOT_AN_INTEGER}`);
  } else errors.push(`${path}.operator: Unsupported value: "${operator}"`);
  for (const [i, value] of values.entries())
    if (value.length > 63 || !LABEL_VALUE.test(value)) errors.push(`${at}[${i}]: Invalid value: "${value}"`);
  return errors;
}

function listed(values: readonly string[]): string {
  return `[${values.map((value) => `"${value}"`).join(",")}]`;
}

/** A whole number of 64 bits in base 10, as strconv.ParseInt takes it. */
function parseInteger(text: string): bigint | undefined {
  if (!INTEGER.test(text)) return undefined;
  const value = text.startsWith("+") ? BigInt(text.slice(1)) : BigInt(text);
  return value > MAX_INT64 || value < -MAX_INT64 - 1n ? undefined : value;
}
