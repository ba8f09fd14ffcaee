import { deepEqual } from "../../api/equal.ts";
import { rootType, structFields } from "../../api/schema.ts";
import type { Field, TypeNode } from "../../api/schema.ts";

type Tree = { readonly [key: string]: unknown };

/** What of a value was applied before, shall be applied now, and is on the server. */
interface Sides {
  readonly original: unknown;
  readonly modified: Tree;
  readonly current: Tree;
}

/** The strategic merge patch by which kubectl apply makes `current` agree with `modified`; undefined when nothing differs. */
export function threeWayPatch(original: unknown, modified: Tree, current: Tree, struct: string): Tree | undefined {
  return mapPatch({ original, modified, current }, rootType(struct));
}

/** The wire type of a kind: structOf("apps/v1", "Deployment") = "apps/v1.Deployment". */
export function structOf(apiVersion: string, kind: string): string {
  const [group = "", version] = apiVersion.split("/");
  if (version === undefined) return `core/${group}.${kind}`;
  return `${group.split(".")[0] ?? ""}/${version}.${kind}`.replace("rbac.authorization", "rbac");
}

function mapPatch(sides: Sides, type: TypeNode | undefined): Tree | undefined {
  const { modified, current } = sides;
  const original = isTree(sides.original) ? sides.original : {};
  const fields = type?.struct === undefined ? undefined : structFields(type.struct);
  const patch: { [key: string]: unknown } = {};
  for (const key of Object.keys(modified)) {
    const value = modified[key];
    if (value === undefined || value === null) continue;
    const field = fields?.get(key);
    const inner = { original: original[key], current: current[key] };
    if (Array.isArray(value)) listPatch(key, { ...inner, modified: value }, field, patch);
    else if (isTree(value) && isTree(inner.current)) {
      const sub = mapPatch({ ...inner, modified: value, current: inner.current }, field?.type ?? type?.item);
      if (sub !== undefined) patch[key] = field?.retainKeys === true ? retained(value, sub) : sub;
    } else if (!deepEqual(value, inner.current)) patch[key] = value;
  }
  for (const key of Object.keys(original))
    if ((modified[key] === undefined || modified[key] === null) && current[key] !== undefined) patch[key] = null;
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function listPatch(
  key: string,
  sides: { original: unknown; modified: readonly unknown[]; current: unknown },
  field: Field | undefined,
  patch: { [key: string]: unknown },
): void {
  const current: readonly unknown[] = Array.isArray(sides.current) ? sides.current : [];
  const original: readonly unknown[] = Array.isArray(sides.original) ? sides.original : [];
  if (field === undefined || !field.patchMerge) {
    if (!deepEqual(sides.modified, sides.current)) patch[key] = sides.modified;
  } else if (field.mergeKey === undefined) primitiveListPatch(key, original, sides.modified, current, patch);
  else keyedListPatch(key, { original, modified: sides.modified, current }, field, patch);
}

function primitiveListPatch(
  key: string,
  original: readonly unknown[],
  modified: readonly unknown[],
  current: readonly unknown[],
  patch: { [key: string]: unknown },
): void {
  const added = modified.filter((item) => !current.includes(item));
  const removed = original.filter((item) => !modified.includes(item) && current.includes(item));
  if (added.length > 0) patch[key] = added;
  if (removed.length > 0) patch[`$deleteFromPrimitiveList/${key}`] = removed;
  if (added.length > 0 || removed.length > 0) patch[`$setElementOrder/${key}`] = modified;
}

function keyedListPatch(
  key: string,
  lists: { original: readonly unknown[]; modified: readonly unknown[]; current: readonly unknown[] },
  field: Field,
  patch: { [key: string]: unknown },
): void {
  const mergeKey = field.mergeKey ?? "";
  const keyOf = (item: unknown): unknown => (isTree(item) ? item[mergeKey] : undefined);
  const find = (list: readonly unknown[], id: unknown): unknown => list.find((item) => keyOf(item) === id);
  const items: unknown[] = [];
  for (const item of lists.modified) {
    if (!isTree(item)) continue;
    const id = keyOf(item);
    const current = find(lists.current, id);
    if (!isTree(current)) items.push(item);
    else {
      const sub = mapPatch({ original: find(lists.original, id), modified: item, current }, field.type.item);
      if (sub !== undefined) items.push({ [mergeKey]: id, ...(field.retainKeys ? retained(item, sub) : sub) });
    }
  }
  for (const item of lists.original) {
    const id = keyOf(item);
    if (find(lists.modified, id) === undefined && find(lists.current, id) !== undefined)
      items.push({ $patch: "delete", [mergeKey]: id });
  }
  const order = lists.modified.map(keyOf);
  const shown = lists.current.map(keyOf).filter((id) => order.includes(id));
  if (items.length > 0) patch[key] = items;
  if (
    items.length > 0 ||
    !deepEqual(
      shown,
      order.filter((id) => shown.includes(id)),
    )
  )
    patch[`$setElementOrder/${key}`] = order.map((id) => ({ [mergeKey]: id }));
}

function retained(value: Tree, patch: Tree): Tree {
  return { $retainKeys: Object.keys(value).toSorted(), ...patch };
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
