import { isObject } from "../patch/merge.ts";
import { below, isEmptySet } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import { elementsOf } from "./list-items.ts";
import { fieldElement } from "./path-element.ts";
import { childShape, concrete } from "./shape.ts";
import type { ListShape, MapShape, Shape } from "./shape.ts";

/** The value without the fields and items of a set; null when nothing is left. What is owned as a whole goes whole. */
export function removeItems(loose: Shape, value: unknown, set: FieldSet): unknown {
  const shape = concrete(loose, value);
  if (shape.kind === "list") return Array.isArray(value) ? withoutItems(shape, value, set) : null;
  if (shape.kind === "map") return isObject(value) ? withoutFields(shape, value, set) : null;
  return value;
}

function withoutItems(shape: ListShape, list: readonly unknown[], set: FieldSet): readonly unknown[] | null {
  if (list.length === 0 || shape.relation === "atomic") return null;
  const elements = elementsOf(shape, list);
  const rest: unknown[] = [];
  let matched = false;
  for (const [i, item] of list.entries()) {
    const element = elements[i] ?? "";
    if (set.members.has(element)) continue;
    const inner = below(set, element);
    if (isEmptySet(inner)) rest.push(item);
    else {
      matched = true;
      rest.push(kept(removeItems(shape.item(), item, inner), item));
    }
  }
  return rest.length > 0 || matched ? rest : null;
}

function withoutFields(
  shape: MapShape,
  value: { readonly [key: string]: unknown },
  set: FieldSet,
): { readonly [key: string]: unknown } | null {
  if (shape.atomic) return null;
  const rest: { [key: string]: unknown } = {};
  let matched = false;
  for (const [key, field] of Object.entries(value)) {
    const element = fieldElement(key);
    if (field === undefined || set.members.has(element)) continue;
    const inner = below(set, element);
    if (isEmptySet(inner)) rest[key] = field;
    else {
      matched = true;
      rest[key] = kept(removeItems(childShape(shape, key) ?? { kind: "any" }, field, inner), field);
    }
  }
  return Object.keys(rest).length > 0 || matched ? rest : null;
}

/** What was emptied from within stays as an empty value of its form. */
function kept(value: unknown, before: unknown): unknown {
  if (value !== null) return value;
  if (Array.isArray(before)) return [];
  return isObject(before) ? {} : null;
}
