import { deepEqual } from "../../api/equal.ts";
import { isObject } from "../patch/merge.ts";
import { insertPath, newFieldSet, recursiveDifference } from "./field-set.ts";
import type { FieldSet, FieldSetBuilder } from "./field-set.ts";
import { itemsByElement, listOf } from "./list-items.ts";
import { fieldElement } from "./path-element.ts";
import type { PathElement } from "./path-element.ts";
import { childShape, concrete } from "./shape.ts";
import type { ListShape, MapShape, Shape } from "./shape.ts";

/** What makes one object of another; no path is in two of the sets. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

interface Run {
  readonly added: FieldSetBuilder;
  readonly modified: FieldSetBuilder;
  readonly removed: FieldSetBuilder;
  readonly path: PathElement[];
}

/** Compares two objects of one shape. */
export function compareObjects(shape: Shape, before: unknown, after: unknown): Comparison {
  const run: Run = { added: newFieldSet(), modified: newFieldSet(), removed: newFieldSet(), path: [] };
  visit(run, shape, before, after);
  return run;
}

/** The comparison without some fields and what lies below them. */
export function withoutFields({ added, modified, removed }: Comparison, fields: FieldSet): Comparison {
  return {
    added: recursiveDifference(added, fields),
    modified: recursiveDifference(modified, fields),
    removed: recursiveDifference(removed, fields),
  };
}

function visit(run: Run, loose: Shape, before: unknown, after: unknown): void {
  const shape = concrete(loose, after ?? before);
  if (shape.kind === "list" && shape.relation !== "atomic") {
    const [left, right] = [listOf(before), listOf(after)];
    if (left.length === 0 && right.length === 0) return leaf(run, before, after);
    visitItems(run, shape, left, right);
  } else if (shape.kind === "map" && !shape.atomic) {
    if (isEmptyMap(before) && isEmptyMap(after)) return leaf(run, before, after);
    visitFields(run, shape, before, after);
  } else return leaf(run, before, after);
  if (before === undefined) insertPath(run.added, run.path);
  else if (after === undefined) insertPath(run.removed, run.path);
}

function leaf(run: Run, before: unknown, after: unknown): void {
  if (before === undefined) insertPath(run.added, run.path);
  else if (after === undefined) insertPath(run.removed, run.path);
  else if (!deepEqual(before, after)) insertPath(run.modified, run.path);
}

function isEmptyMap(value: unknown): boolean {
  return !isObject(value) || Object.keys(value).length === 0;
}

function visitFields(run: Run, shape: MapShape, before: unknown, after: unknown): void {
  const left = isObject(before) ? before : {};
  const right = isObject(after) ? after : {};
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    if (left[key] === undefined && right[key] === undefined) continue;
    run.path.push(fieldElement(key));
    visit(run, childShape(shape, key) ?? { kind: "any" }, left[key], right[key]);
    run.path.pop();
  }
}

/** Items that stand twice under one element count as one value that is owned as a whole. */
function visitItems(run: Run, shape: ListShape, before: readonly unknown[], after: readonly unknown[]): void {
  const left = itemsByElement(shape, before);
  const right = itemsByElement(shape, after);
  for (const element of new Set([...left.keys(), ...right.keys()])) {
    const old = left.get(element) ?? [];
    const now = right.get(element) ?? [];
    run.path.push(element);
    if (old.length > 1 && now.length > 1) {
      if (!deepEqual(old, now)) insertPath(run.modified, run.path);
    } else if (old.length > 1) {
      if (now.length > 0) visit(run, shape.item(), undefined, now[0]);
      insertPath(run.removed, run.path);
    } else if (now.length > 1) {
      if (old.length > 0) visit(run, shape.item(), old[0], undefined);
      insertPath(run.added, run.path);
    } else visit(run, shape.item(), old[0], now[0]);
    run.path.pop();
  }
}
