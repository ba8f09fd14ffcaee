/** One requirement of a field query, e.g. spec.nodeName!=n1. */
export interface FieldRequirement {
  readonly field: string;
  readonly negated: boolean;
  readonly value: string;
}

/** A parsed field query: all requirements hold. Plain data. */
export type FieldQuery = readonly FieldRequirement[];

const cache = new Map<string, FieldQuery | { readonly error: string }>();

/** Parses "spec.nodeName=n1,status.phase!=Failed"; the error is in upstream's words. */
export function parseFieldQuery(text: string): FieldQuery | { readonly error: string } {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const result = parse(text);
  if (cache.size < 10_000) cache.set(text, result);
  return result;
}

function parse(text: string): FieldQuery | { readonly error: string } {
  const query: FieldRequirement[] = [];
  for (const part of text.split(/(?<!\\),/)) {
    if (part === "") continue;
    const match = /^(.*?)(!=|==|=)(.*)$/s.exec(part);
    if (match === null) return { error: `invalid selector: '${text}'; can't understand '${part}'` };
    const [, field = "", operator, value = ""] = match;
    if (/(?<!\\)(?:\\\\)*=/.test(value)) return { error: "invalid field selector: unescaped character in value: 61" };
    query.push({ field, negated: operator === "!=", value: value.replaceAll(/\\([\\,=])/g, "$1") });
  }
  return query;
}
