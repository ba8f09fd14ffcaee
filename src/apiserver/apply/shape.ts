import { rootType, structFields, structIsAtomic } from "../../api/schema.ts";
import type { Field, Fields, TypeNode } from "../../api/schema.ts";

/** How server-side apply sees a value: what is owned as a whole, and by what the items of a list are told apart. */
export type Shape =
  | { readonly kind: "scalar"; readonly scalar: "numeric" | "string" | "boolean" | "untyped" }
  | ListShape
  | MapShape
  | { readonly kind: "any" };

/** Atomic lists have no key and no set; the items of sets are told apart by their value, others by `keys`. */
export interface ListShape {
  readonly kind: "list";
  readonly relation: "atomic" | "set" | "keyed";
  readonly keys: readonly string[];
  readonly item: () => Shape;
  /** What an absent key counts as, where the schema has a default for it. */
  readonly fallbacks: { readonly [key: string]: unknown };
}

/** A struct, whose fields are declared, or a map, whose values are alike. */
export interface MapShape {
  readonly kind: "map";
  readonly atomic: boolean;
  readonly fields?: Fields;
  readonly element?: () => Shape;
}

const ANY: Shape = { kind: "any" };
const structs = new Map<string, Shape>();
const fieldShapes = new WeakMap<Field, Shape>();

/** The shape of a whole object: rootShape("apps/v1.Deployment"). */
export function rootShape(struct: string): Shape {
  return typeShape(rootType(struct));
}

/** The shape below a key of a map; undefined for a field that the schema does not declare. */
export function childShape(shape: Shape, key: string): Shape | undefined {
  if (shape.kind === "any") return ANY;
  if (shape.kind !== "map") return undefined;
  const field = shape.fields?.get(key);
  return field === undefined ? shape.element?.() : fieldShape(field);
}

/** Whether a key is a declared field of a struct. */
export function isDeclared(shape: Shape, key: string): boolean {
  return shape.kind === "map" && shape.fields?.has(key) === true;
}

/** Gives values of any form the shape that they have: lists are owned as a whole, objects by their keys. */
export function concrete(shape: Shape, value: unknown): Shape {
  if (shape.kind !== "any") return shape;
  if (Array.isArray(value)) return { kind: "list", relation: "atomic", keys: [], item: () => ANY, fallbacks: {} };
  if (typeof value === "object" && value !== null) return { kind: "map", atomic: false, element: () => ANY };
  return { kind: "scalar", scalar: "untyped" };
}

function fieldShape(field: Field): Shape {
  const known = fieldShapes.get(field);
  if (known !== undefined) return known;
  const shape = typeShape(field.type, field);
  fieldShapes.set(field, shape);
  return shape;
}

function typeShape(type: TypeNode, field?: Field): Shape {
  switch (type.kind) {
    case "struct":
      return structShape(type.struct ?? "", field?.listType === "atomic");
    case "list":
      return listShape(type, field);
    case "map":
      return { kind: "map", atomic: field?.listType === "atomic", element: () => itemShape(type) };
    case "int":
    case "float":
      return { kind: "scalar", scalar: "numeric" };
    case "bool":
      return { kind: "scalar", scalar: "boolean" };
    case "string":
    case "bytes":
    case "duration":
      return { kind: "scalar", scalar: "string" };
    case "any":
      return ANY;
    default:
      return { kind: "scalar", scalar: "untyped" };
  }
}

function structShape(name: string, atomicField: boolean): Shape {
  const known = atomicField ? undefined : structs.get(name);
  if (known !== undefined) return known;
  const shape: Shape = { kind: "map", atomic: atomicField || structIsAtomic(name), fields: structFields(name) ?? NONE };
  if (!atomicField) structs.set(name, shape);
  return shape;
}

const NONE: Fields = new Map();

function itemShape(type: TypeNode): Shape {
  return type.item === undefined ? ANY : typeShape(type.item);
}

/** The list type decides; where there is none, the strategy of strategic merge does. */
function listShape(type: TypeNode, field: Field | undefined): ListShape {
  const item = (): Shape => itemShape(type);
  const atomic: ListShape = { kind: "list", relation: "atomic", keys: [], item, fallbacks: {} };
  if (field?.listType === "atomic" || field === undefined) return atomic;
  if (field.listType === "set") return { ...atomic, relation: "set" };
  const byMerge = field.listType === undefined && field.patchMerge;
  const keys = field.listType === "map" ? field.listKeys : byMerge ? [field.mergeKey ?? ""] : undefined;
  if (keys === undefined) return atomic;
  if (byMerge && field.mergeKey === undefined) return { ...atomic, relation: "set" };
  return { ...atomic, relation: "keyed", keys, fallbacks: fallbacksOf(type, keys) };
}

/** An absent key that may not be left out is its zero value. */
function fallbacksOf(type: TypeNode, keys: readonly string[]): { readonly [key: string]: unknown } {
  const fields = structFields(type.item?.struct ?? "");
  const result: { [key: string]: unknown } = {};
  for (const key of keys) {
    const field = fields?.get(key);
    if (field === undefined) continue;
    if (field.fallback !== undefined) result[key] = field.fallback;
    else if (!field.omitEmpty && !field.type.pointer && field.type.kind === "string") result[key] = "";
    else if (!field.omitEmpty && !field.type.pointer && field.type.kind === "int") result[key] = 0;
  }
  return result;
}
