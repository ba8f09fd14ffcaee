import { compareText } from "../../base/order.ts";
import { isObject } from "../patch/merge.ts";
import type { ListShape } from "./shape.ts";

/**
 * A step into an object as managedFields write it: "f:replicas" a field, 'k:{"name":"c"}' the item of a list with these
 * keys, 'v:"a"' the item of a set.
 */
export type PathElement = string;

/** The element of a field. */
export function fieldElement(name: string): PathElement {
  return `f:${name}`;
}

/** The element of an item of a list, or why it has none. */
export function itemElement(
  shape: ListShape,
  item: unknown,
): { readonly element: PathElement } | { readonly error: string } {
  if (shape.relation === "set") return setElement(item);
  if (item === null || item === undefined) return { error: "associative list with keys may not have a null element" };
  if (!isObject(item)) return { error: "associative list with keys may not have non-map elements" };
  const parts: string[] = [];
  for (const key of [...shape.keys].sort(compareText)) {
    const value = item[key] === undefined ? shape.fallbacks[key] : item[key];
    if (value !== undefined) parts.push(`${goJson(key)}:${goJson(value)}`);
  }
  if (parts.length === 0) {
    const keys = shape.keys.map((key) => JSON.stringify(key)).join(" ");
    return {
      error: `associative list with keys has an element that omits all key fields [${keys}] (and doesn't have default values for any key fields)`,
    };
  }
  return { element: `k:{${parts.join(",")}}` };
}

function setElement(item: unknown): { readonly element: PathElement } | { readonly error: string } {
  if (Array.isArray(item)) return { error: "not supported: associative list with lists as elements" };
  if (isObject(item)) return { error: "associative list without keys has an element that's a map type" };
  if (item === null || item === undefined)
    return { error: "associative list without keys has an element that's an explicit null" };
  return { element: `v:${goJson(item)}` };
}

const ESCAPED: { readonly [character: string]: string } = { "<": "\\u003c", ">": "\\u003e", "&": "\\u0026" };

/** JSON as Go's encoder writes it. */
function goJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[<>&]/g, (character) => ESCAPED[character] ?? character);
}

const KINDS = "fkvi";

/** Fields come first, then keyed items, then values, each in order. */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a === b) return 0;
  if (a.charAt(0) !== b.charAt(0)) return KINDS.indexOf(a.charAt(0)) - KINDS.indexOf(b.charAt(0));
  if (a.startsWith("f:")) return compareText(a, b);
  return compareValues(parsed(a), parsed(b)) || compareText(a, b);
}

function parsed(element: PathElement): unknown {
  return JSON.parse(element.slice(2)) as unknown;
}

function compareValues(a: unknown, b: unknown): number {
  if (isObject(a) && isObject(b)) {
    const left = Object.keys(a);
    const right = Object.keys(b);
    for (let i = 0; i < Math.min(left.length, right.length); i++) {
      const key = left[i] ?? "";
      const other = right[i] ?? "";
      const order = compareText(key, other) || compareValues(a[key], b[other]);
      if (order !== 0) return order;
    }
    return left.length - right.length;
  }
  if (typeof a === "number" && typeof b === "number") return a - b;
  return compareText(String(a), String(b));
}

/** A path as conflicts print it: `.spec.containers[name="c"].image`. */
export function pathText(path: readonly PathElement[]): string {
  return path.map(elementText).join("");
}

/** One step of a path as conflicts print it. */
export function elementText(element: PathElement): string {
  if (element.startsWith("f:")) return `.${element.slice(2)}`;
  const value = parsed(element);
  if (!isObject(value)) return `[=${JSON.stringify(value)}]`;
  return `[${Object.keys(value)
    .map((key) => `${key}=${JSON.stringify(value[key])}`)
    .join(",")}]`;
}
