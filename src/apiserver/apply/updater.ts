import { compareText } from "../../base/order.ts";
import { deepEqual } from "../../api/equal.ts";
import { compareObjects, withoutFields } from "./compare.ts";
import type { Comparison } from "./compare.ts";
import {
  difference,
  intersection,
  isEmptySet,
  pathsOf,
  recursiveDifference,
  union,
  withNamedFields,
  EMPTY_SET,
} from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import { withoutIdle } from "./managers.ts";
import type { Manager, Managers } from "./managers.ts";
import { mergeObjects } from "./merge-objects.ts";
import { ownedFields } from "./owned-fields.ts";
import type { PathElement } from "./path-element.ts";
import { removeItems } from "./remove-items.ts";
import type { Shape } from "./shape.ts";

/** A field that another manager owns with another value. */
export interface Conflict {
  readonly manager: Manager;
  readonly path: readonly PathElement[];
}

/** What a write changes: whose it is, of what shape the object is, and which fields this path never writes. */
export interface Writing {
  readonly shape: Shape;
  readonly identifier: string;
  /** The writer without its fields. */
  readonly writer: Omit<Manager, "fields">;
  readonly ignored: FieldSet;
}

/** The managers after an ordinary write: who wrote what changed owns it, what went is nobody's. */
export function updateManagers(writing: Writing, live: unknown, wanted: unknown, managers: Managers): Managers {
  const { identifier, writer, ignored } = writing;
  const compared = withoutFields(compareObjects(writing.shape, live, wanted), ignored);
  const others = new Map(shareChanges(compared, managers, identifier).managers);
  const before = others.get(identifier)?.fields ?? EMPTY_SET;
  const changed = union(union(difference(before, compared.removed), compared.modified), compared.added);
  const fields = recursiveDifference(changed, ignored);
  if (isEmptySet(fields)) others.delete(identifier);
  else others.set(identifier, { ...writer, fields });
  return others;
}

/** What came of an apply: the object, absent when it stays as it is, and the managers. */
export interface Applied {
  readonly object: unknown;
  readonly managers: Managers;
}

/** Merges a configuration into an object; what the applier owned and no longer names goes, unless somebody else owns it. */
export function applyConfiguration(
  writing: Writing,
  live: unknown,
  config: unknown,
  managers: Managers,
  force: boolean,
): Applied | readonly Conflict[] {
  const { shape, identifier, writer, ignored } = writing;
  const merged = mergeObjects(shape, live, config);
  const last = managers.get(identifier)?.fields;
  const fields = recursiveDifference(ownedFields(shape, config), ignored);
  const time = managers.get(identifier)?.time;
  const now = new Map(managers).set(identifier, { ...writer, fields, ...(time !== undefined && { time }) });
  const object = last === undefined || isEmptySet(last) ? merged : prune(shape, merged, now, last);
  const compared = withoutFields(compareObjects(shape, live, object), ignored);
  const shared = shareChanges(compared, now, identifier);
  if (!force && shared.conflicts.length > 0) return shared.conflicts;
  return { object: deepEqual(live, object) ? undefined : object, managers: shared.managers };
}

/** Takes what a write changes away from the other managers; the conflicts are what they owned of it. */
function shareChanges(
  { added, modified, removed }: Comparison,
  managers: Managers,
  identifier: string,
): { readonly managers: Managers; readonly conflicts: readonly Conflict[] } {
  const written = union(modified, added);
  const rest = new Map(managers);
  const conflicts: Conflict[] = [];
  for (const [other, manager] of [...managers].sort(([a], [b]) => compareText(a, b))) {
    if (other === identifier) continue;
    const taken = intersection(manager.fields, written);
    for (const path of pathsOf(taken)) conflicts.push({ manager, path });
    rest.set(other, { ...manager, fields: difference(difference(manager.fields, taken), removed) });
  }
  return { managers: withoutIdle(rest), conflicts };
}

/** Removes what the applier applied last time, neither it nor anybody else names now. */
function prune(shape: Shape, merged: unknown, managers: Managers, last: FieldSet): unknown {
  const named = (set: FieldSet): FieldSet => withNamedFields(set, shape);
  const owned = (value: unknown): FieldSet => named(ownedFields(shape, value));
  const stripped = removeItems(shape, merged, named(last));
  const managed = [...managers.values()].reduce((all, { fields }) => union(all, fields), EMPTY_SET);
  const all = owned(merged);
  const unowned = difference(all, union(owned(stripped), named(managed)));
  const pruned = removeItems(shape, merged, unowned);
  return removeItems(shape, merged, intersection(difference(all, owned(pruned)), named(last)));
}
