import type { Labels } from "./label-selector.ts";

/** One parsed requirement of a label query. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt";
  readonly values: readonly string[];
}

/** A parsed label query: all requirements hold. Plain data. */
export type LabelQuery = readonly LabelRequirement[];

/** Whether labels satisfy a query; the empty query takes everything. */
export function labelQueryMatches(query: LabelQuery, labels: Labels): boolean {
  for (const requirement of query) if (!holds(requirement, labels)) return false;
  return true;
}

function holds({ key, operator, values }: LabelRequirement, labels: Labels): boolean {
  const value = labels?.[key];
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return value !== undefined && /^-?\d+$/.test(value) && Number(value) > Number(values[0]);
    case "Lt":
      return value !== undefined && /^-?\d+$/.test(value) && Number(value) < Number(values[0]);
  }
}

interface Lexer {
  readonly tokens: readonly string[];
  position: number;
}

const SYMBOLS = new Set(["=", "==", "!=", ",", "(", ")", "!", ">", "<"]);
const cache = new Map<string, LabelQuery | { readonly error: string }>();

/** Parses "a=b,c in (d,e),!f"; the error is in upstream's words. */
export function parseLabelQuery(text: string): LabelQuery | { readonly error: string } {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const result = parse(text);
  if (cache.size < 10_000) cache.set(text, result);
  return result;
}

function parse(text: string): LabelQuery | { readonly error: string } {
  const lexer: Lexer = { tokens: text.match(/==|!=|[=!,()><]|[^\s=!,()><]+/g) ?? [], position: 0 };
  const query: LabelRequirement[] = [];
  if (lexer.tokens.length === 0) return query;
  for (;;) {
    const requirement = parseRequirement(lexer);
    if ("error" in requirement) return { error: `unable to parse requirement: ${requirement.error}` };
    query.push(requirement);
    const next = lexer.tokens[lexer.position];
    if (next === undefined) return query.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    if (next !== ",") return { error: `found '${next}', expected: ',' or 'end of string'` };
    lexer.position += 1;
    const after = lexer.tokens[lexer.position];
    if (after === undefined || (SYMBOLS.has(after) && after !== "!"))
      return { error: `found '${after ?? ""}', expected: identifier after ','` };
  }
}

function parseRequirement(lexer: Lexer): LabelRequirement | { readonly error: string } {
  const negated = lexer.tokens[lexer.position] === "!";
  if (negated) lexer.position += 1;
  const key = lexer.tokens[lexer.position];
  if (key === undefined || SYMBOLS.has(key)) return { error: `found '${key ?? ""}', expected: identifier` };
  lexer.position += 1;
  const problem = labelKeyProblem(key);
  if (problem !== undefined) return { error: `<nil>: Invalid value: ${JSON.stringify(key)}: ${problem}` };
  const operator = lexer.tokens[lexer.position];
  if (negated) return { key, operator: "DoesNotExist", values: [] };
  if (operator === undefined || operator === ",") return { key, operator: "Exists", values: [] };
  lexer.position += 1;
  if (operator === "in" || operator === "notin") {
    const values = parseValues(lexer);
    return "error" in values ? values : { key, operator: operator === "in" ? "In" : "NotIn", values: values.values };
  }
  if (!["=", "==", "!=", ">", "<"].includes(operator))
    return { error: `found '${operator}', expected: in, notin, =, ==, !=, gt, lt` };
  return parseComparison(lexer, key, operator);
}

function parseComparison(lexer: Lexer, key: string, operator: string): LabelRequirement | { readonly error: string } {
  let value = lexer.tokens[lexer.position];
  if (value === undefined || value === ",") value = "";
  else if (SYMBOLS.has(value)) return { error: `found '${value}', expected: identifier` };
  else lexer.position += 1;
  if (operator === ">" || operator === "<") {
    if (!/^[+-]?\d+$/.test(value))
      return {
        error: `values[0]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
      };
    return { key, operator: operator === ">" ? "Gt" : "Lt", values: [value] };
  }
  const problem = labelValueProblem(value);
  if (problem !== undefined) return { error: `values[0][${key}]: Invalid value: ${JSON.stringify(value)}: ${problem}` };
  return { key, operator: operator === "!=" ? "NotIn" : "In", values: [value] };
}

function parseValues(lexer: Lexer): { readonly values: readonly string[] } | { readonly error: string } {
  const open = lexer.tokens[lexer.position];
  if (open !== "(") return { error: `found '${open ?? ""}' expected: '('` };
  lexer.position += 1;
  const values = new Set<string>();
  let expectValue = true;
  for (;;) {
    const token = lexer.tokens[lexer.position];
    if (token === undefined) return { error: "found '', expected: ',' or ')'" };
    lexer.position += 1;
    if (token === ")" || token === ",") {
      if (expectValue) values.add("");
      if (token === ")") return { values: [...values].sort() };
      expectValue = true;
    } else {
      values.add(token);
      expectValue = false;
    }
  }
}

const NONE: readonly string[] = [];
const CHECKED_MAX = 10_000;
const checkedNames = new Map<string, readonly string[]>();
const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const KEY_FORM =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_FORM =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const PREFIX_FORM =
  "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** What is wrong with a qualified name ("example.com/name"), all complaints; upstream's IsQualifiedName. */
export function qualifiedNameProblems(key: string): readonly string[] {
  const known = checkedNames.get(key);
  if (known !== undefined) return known;
  const problems = findNameProblems(key);
  if (checkedNames.size < CHECKED_MAX) checkedNames.set(key, problems);
  return problems;
}

function findNameProblems(key: string): readonly string[] {
  const problems: string[] = [];
  const parts = key.split("/");
  if (parts.length > 2)
    return [
      "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ];
  const name = parts.at(-1) ?? "";
  const prefix = parts.length === 2 ? parts[0] : undefined;
  if (prefix !== undefined) {
    if (prefix === "") problems.push("prefix part must be non-empty");
    else if (prefix.length > 253) problems.push("prefix part must be no more than 253 bytes");
    else if (!SUBDOMAIN.test(prefix)) problems.push(PREFIX_FORM);
  }
  if (name === "") problems.push("name part must be non-empty");
  else if (name.length > 63) problems.push("name part must be no more than 63 bytes");
  if (!NAME.test(name)) problems.push(KEY_FORM);
  return problems;
}

/** What is wrong with a label or annotation key: a qualified name under another title. */
export function labelKeyProblems(key: string): readonly string[] {
  if (qualifiedNameProblems(key).length === 0) return NONE;
  return qualifiedNameProblems(key).map((problem) =>
    problem.replace(/^a qualified name must/, "a valid label key must"),
  );
}

/** The first thing that is wrong with a label key. */
export function labelKeyProblem(key: string): string | undefined {
  return labelKeyProblems(key)[0];
}

/** All complaints about a label value. */
export function labelValueProblems(value: string): readonly string[] {
  if (value.length <= 63 && (value === "" || NAME.test(value))) return NONE;
  const problems: string[] = [];
  if (value.length > 63) problems.push("must be no more than 63 bytes");
  if (value !== "" && !NAME.test(value)) problems.push(VALUE_FORM);
  return problems;
}

/** The first thing that is wrong with a label value. */
export function labelValueProblem(value: string): string | undefined {
  return labelValueProblems(value)[0];
}
