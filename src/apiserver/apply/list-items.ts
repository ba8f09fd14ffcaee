import { itemElement } from "./path-element.ts";
import type { PathElement } from "./path-element.ts";
import type { ListShape } from "./shape.ts";

/** The element of each item of a list in order; undefined for items that have none. */
export function elementsOf(shape: ListShape, list: readonly unknown[]): readonly (PathElement | undefined)[] {
  return list.map((item) => {
    const found = itemElement(shape, item);
    return "element" in found ? found.element : undefined;
  });
}

/** The items of a list by element, in order of their first appearance; items without an element are left out. */
export function itemsByElement(
  shape: ListShape,
  list: readonly unknown[],
): ReadonlyMap<PathElement, readonly unknown[]> {
  const items = new Map<PathElement, unknown[]>();
  for (const [i, element] of elementsOf(shape, list).entries()) {
    if (element === undefined) continue;
    const same = items.get(element);
    if (same === undefined) items.set(element, [list[i]]);
    else same.push(list[i]);
  }
  return items;
}

/** A list value; null and other forms count as no items. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
