import { compareText } from "../base/order.ts";
import type { LabelSelector } from "../api/types/meta-v1.ts";

const OPERATORS: { readonly [operator: string]: string } = { In: "in", NotIn: "notin" };

/** A label selector as one line, sorted by key: "app=web,tier in (back,front),!x"; "" for none, as in the object of a bookmark. */
export function selectorText(selector: LabelSelector | null | undefined): string {
  if (selector === null || selector === undefined) return "";
  const parts: { readonly key: string; readonly text: string }[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) parts.push({ key, text: `${key}=${value}` });
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    const word = OPERATORS[operator];
    if (word !== undefined)
      parts.push({ key, text: `${key} ${word} (${[...(values ?? [])].sort(compareText).join(",")})` });
    else parts.push({ key, text: operator === "Exists" ? key : `!${key}` });
  }
  return parts
    .sort((a, b) => compareText(a.key, b.key))
    .map((part) => part.text)
    .join(",");
}
