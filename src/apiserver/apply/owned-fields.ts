import { isObject } from "../patch/merge.ts";
import { insertPath, newFieldSet } from "./field-set.ts";
import type { FieldSet, FieldSetBuilder } from "./field-set.ts";
import { itemsByElement, listOf } from "./list-items.ts";
import { fieldElement } from "./path-element.ts";
import type { PathElement } from "./path-element.ts";
import { childShape, concrete, isDeclared } from "./shape.ts";
import type { Shape } from "./shape.ts";

/** Every field that a configuration names: its leaves, the items of its lists and the keys of its maps. */
export function ownedFields(shape: Shape, value: unknown): FieldSet {
  const set = newFieldSet();
  visit(set, [], shape, value);
  return set;
}

function visit(set: FieldSetBuilder, path: PathElement[], loose: Shape, value: unknown): void {
  const shape = concrete(loose, value);
  if (shape.kind === "map" && !shape.atomic) {
    if (!isObject(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      if (inner === undefined) continue;
      path.push(fieldElement(key));
      const isEmptyMap = isObject(inner) && Object.keys(inner).length === 0;
      visit(set, path, childShape(shape, key) ?? { kind: "any" }, inner);
      if (inner === null || isEmptyMap || !isDeclared(shape, key)) insertPath(set, path);
      path.pop();
    }
    return;
  }
  if (shape.kind === "list" && shape.relation !== "atomic") {
    for (const [element, items] of itemsByElement(shape, listOf(value))) {
      path.push(element);
      if (items.length === 1) visit(set, path, shape.item(), items[0]);
      insertPath(set, path);
      path.pop();
    }
    return;
  }
  insertPath(set, path);
}
