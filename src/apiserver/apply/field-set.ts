import { isObject } from "../patch/merge.ts";
import { compareElements, fieldElement } from "./path-element.ts";
import type { PathElement } from "./path-element.ts";
import { childShape, isDeclared } from "./shape.ts";
import type { Shape } from "./shape.ts";

/** A set of paths as a tree: what of this level is in it, and the sets below; no set below is empty. */
export interface FieldSet {
  readonly members: ReadonlySet<PathElement>;
  readonly children: ReadonlyMap<PathElement, FieldSet>;
}

/** A set that is being built. */
export interface FieldSetBuilder extends FieldSet {
  readonly members: Set<PathElement>;
  readonly children: Map<PathElement, FieldSetBuilder>;
}

/** An empty set to be filled. */
export function newFieldSet(): FieldSetBuilder {
  return { members: new Set(), children: new Map() };
}

export const EMPTY_SET: FieldSet = newFieldSet();

/** Adds a path; the whole object is no path. */
export function insertPath(set: FieldSetBuilder, path: readonly PathElement[]): void {
  let at = set;
  for (const [i, element] of path.entries()) {
    if (i === path.length - 1) {
      at.members.add(element);
      return;
    }
    let next = at.children.get(element);
    if (next === undefined) at.children.set(element, (next = newFieldSet()));
    at = next;
  }
}

/** Whether nothing is in the set. */
export function isEmptySet(set: FieldSet): boolean {
  return set.members.size === 0 && set.children.size === 0;
}

/** What is in either set. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a)) return b;
  if (isEmptySet(b)) return a;
  const children = new Map(a.children);
  for (const [element, below] of b.children) {
    const other = children.get(element);
    children.set(element, other === undefined ? below : union(other, below));
  }
  return { members: new Set([...a.members, ...b.members]), children };
}

/** What is in both sets. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map<PathElement, FieldSet>();
  for (const [element, below] of a.children) {
    const other = b.children.get(element);
    const both = other === undefined ? EMPTY_SET : intersection(below, other);
    if (!isEmptySet(both)) children.set(element, both);
  }
  return { members: new Set([...a.members].filter((element) => b.members.has(element))), children };
}

/** What is in `a` and not in `b`, path by path: what lies below a path of `b` stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return subtract(a, b, false);
}

/** What is in `a` and neither in `b` nor below a path of `b`. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  return subtract(a, b, true);
}

function subtract(a: FieldSet, b: FieldSet, recursive: boolean): FieldSet {
  if (isEmptySet(b)) return a;
  const children = new Map<PathElement, FieldSet>();
  for (const [element, below] of a.children) {
    if (recursive && b.members.has(element)) continue;
    const other = b.children.get(element);
    const rest = other === undefined ? below : subtract(below, other, recursive);
    if (!isEmptySet(rest)) children.set(element, rest);
  }
  return { members: new Set([...a.members].filter((element) => !b.members.has(element))), children };
}

/** The set with every declared field on the way to one of its paths. */
export function withNamedFields(set: FieldSet, shape: Shape | undefined): FieldSet {
  const members = new Set(set.members);
  const children = new Map<PathElement, FieldSet>();
  for (const [element, below] of set.children) {
    const name = element.startsWith("f:") ? element.slice(2) : undefined;
    if (name !== undefined && shape !== undefined && isDeclared(shape, name)) members.add(element);
    children.set(element, withNamedFields(below, shapeBelow(shape, name)));
  }
  return { members, children };
}

function shapeBelow(shape: Shape | undefined, name: string | undefined): Shape | undefined {
  if (shape === undefined) return undefined;
  if (name !== undefined) return childShape(shape, name);
  return shape.kind === "list" ? shape.item() : undefined;
}

/** The set below one element. */
export function below(set: FieldSet, element: PathElement): FieldSet {
  return set.children.get(element) ?? EMPTY_SET;
}

/** Every path of the set, parents before children. */
export function pathsOf(set: FieldSet, prefix: readonly PathElement[] = []): readonly (readonly PathElement[])[] {
  const here = [...set.members].sort(compareElements).map((element) => [...prefix, element]);
  const deeper = [...set.children.keys()]
    .sort(compareElements)
    .flatMap((element) => pathsOf(below(set, element), [...prefix, element]));
  return [...here, ...deeper];
}

/** The set as the field fieldsV1 holds it; "." says that the parent itself is in it. */
export function toFieldsV1(set: FieldSet, self = false): { readonly [key: string]: unknown } {
  const result: { [key: string]: unknown } = self && !isEmptySet(set) ? { ".": {} } : {};
  const elements = [...new Set([...set.members, ...set.children.keys()])].sort(compareElements);
  for (const element of elements) result[element] = toFieldsV1(below(set, element), set.members.has(element));
  return result;
}

/** Reads a fieldsV1; undefined when it is none. */
export function fromFieldsV1(fields: unknown): FieldSet | undefined {
  if (!isObject(fields)) return undefined;
  const set = newFieldSet();
  for (const [element, value] of Object.entries(fields)) {
    if (element === ".") continue;
    if (!isElement(element) || !isObject(value)) return undefined;
    const inner = fromFieldsV1(value);
    if (inner === undefined) return undefined;
    if (isEmptySet(inner) || value["."] !== undefined) set.members.add(element);
    if (!isEmptySet(inner)) set.children.set(element, inner as FieldSetBuilder);
  }
  return set;
}

function isElement(text: string): boolean {
  if (text.startsWith("f:")) return true;
  if (!/^[kvi]:/.test(text)) return false;
  try {
    JSON.parse(text.slice(2));
    return true;
  } catch {
    return false;
  }
}

/** The set of the given paths of field names: setOf(["metadata"], ["metadata", "name"]). */
export function setOf(...paths: readonly (readonly string[])[]): FieldSet {
  const set = newFieldSet();
  for (const path of paths) insertPath(set, path.map(fieldElement));
  return set;
}
