import { deepEqual } from "../../api/equal.ts";
import { withoutField } from "../../base/with-field.ts";
import { structFields } from "../../api/schema.ts";
import type { Field, Fields } from "../../api/schema.ts";
import { goText } from "./go-text.ts";
import { isObject } from "./merge.ts";
import { arrangeList, orderMatches } from "./list-order.ts";

type Json = { readonly [key: string]: unknown };
type List = readonly unknown[];
type Copy = { [key: string]: unknown };

interface Run {
  error: string | undefined;
}

const ORDER = "$setElementOrder/";
const DELETE = "$deleteFromPrimitiveList/";

/**
 * Strategic merge patch of a struct by its schema, on immutable data: only changed paths are copied and the same object
 * comes back when nothing changes. The error is in upstream's words.
 */
export function strategicMerge(
  target: Json,
  patch: Json,
  struct: string,
): { readonly value: Json } | { readonly error: string } {
  const run: Run = { error: undefined };
  const value = mergeMap(run, target, patch, structFields(struct));
  return run.error === undefined ? { value } : { error: run.error };
}

function mergeMap(run: Run, original: Json, patch: Json, fields: Fields | undefined): Json {
  if (!hasDirectives(patch)) return mergePlain(run, original, patch, fields);
  const directive = patch["$patch"];
  if (directive !== undefined) return directed(run, directive, patch);
  let result: Copy | undefined;
  const put = (key: string, value: unknown): void => {
    const now = result ?? original;
    if (now[key] === value && (value !== undefined || !Object.hasOwn(now, key))) return;
    result = changed(result ?? copyOf(original, patch), key, value);
  };
  retainKeys(run, original, patch, put);
  const done = new Set<string>();
  for (const key in patch) {
    if (!isDirective(key) || !key.startsWith(ORDER)) continue;
    const field = key.slice(ORDER.length);
    done.add(field);
    const ordered = mergeOrdered(run, (result ?? original)[field], patch[field], patch[key], fields?.get(field));
    if (ordered !== undefined) put(field, ordered);
  }
  for (const key in patch) {
    if (key === "$retainKeys" || done.has(key)) continue;
    if (isDirective(key) && key.startsWith(ORDER)) continue;
    if (run.error !== undefined) break;
    if (isDirective(key) && key.startsWith(DELETE))
      deleteValues(key.slice(DELETE.length), result ?? original, patch[key], put);
    else put(key, mergeField(run, (result ?? original)[key], patch[key], fields?.get(key)));
  }
  return result ?? original;
}

/** The common case: every key of the patch is a field. */
function mergePlain(run: Run, original: Json, patch: Json, fields: Fields | undefined): Json {
  let result: Copy | undefined;
  for (const key in patch) {
    if (run.error !== undefined) break;
    const old = original[key];
    const value = mergeField(run, old, patch[key], fields?.get(key));
    if (value === old && (value !== undefined || !Object.hasOwn(original, key))) continue;
    result = changed(result ?? copyOf(original, patch), key, value);
  }
  return result ?? original;
}

/** Sets or removes (undefined) a field of the copy that is being made. */
function changed(copy: Copy, key: string, value: unknown): Copy {
  if (value === undefined) return withoutField(copy, key);
  copy[key] = value;
  return copy;
}

/** HOT: new keys on a copy made by a spread would give every copy a hidden class of its own. */
function copyOf(original: Json, patch: Json): Copy {
  for (const key in patch) if (!(key in original) && !isDirective(key)) return Object.assign({}, original);
  return { ...original };
}

function hasDirectives(patch: Json): boolean {
  for (const key in patch) if (isDirective(key)) return true;
  return false;
}

const DOLLAR = "$".charCodeAt(0);

function isDirective(key: string): boolean {
  return key.charCodeAt(0) === DOLLAR;
}

function directed(run: Run, directive: unknown, patch: Json): Json {
  if (directive === "delete") return {};
  if (directive === "replace") {
    const { $patch: _, ...rest } = patch;
    return rest;
  }
  run.error ??= `unknown patch type: ${goText(directive)} in map: ${goText(patch)}`;
  return {};
}

function retainKeys(run: Run, original: Json, patch: Json, put: (key: string, value: unknown) => void): void {
  const list = patch["$retainKeys"];
  if (list === undefined) return;
  const keep = new Set(Array.isArray(list) ? list : []);
  const stray = Object.keys(patch).some(
    (key) =>
      key !== "$retainKeys" &&
      patch[key] !== null &&
      !key.startsWith(DELETE) &&
      !key.startsWith(ORDER) &&
      !keep.has(key),
  );
  if (!Array.isArray(list) || stray) run.error ??= "invalid patch format of retainKeys";
  else for (const key of Object.keys(original)) if (!keep.has(key)) put(key, undefined);
}

function deleteValues(key: string, now: Json, values: unknown, put: (key: string, value: unknown) => void): void {
  const list = now[key];
  if (!Array.isArray(list) || !Array.isArray(values)) return;
  const items: List = list;
  const gone = new Set<unknown>(values);
  put(
    key,
    items.filter((item) => !gone.has(item)),
  );
}

/** New value of one field; undefined removes it. */
function mergeField(run: Run, old: unknown, patch: unknown, field: Field | undefined): unknown {
  if (patch === null || patch === undefined) return undefined;
  if (old === undefined || old === null) return withoutDirectives(patch);
  if (isObject(old) && isObject(patch))
    return field?.patchReplace === true ? patch : mergeMap(run, old, patch, fieldsBelow(field));
  if (Array.isArray(old) && Array.isArray(patch)) return mergeList(run, old, patch, field);
  if (typeof old === typeof patch && Array.isArray(old) === Array.isArray(patch))
    return deepEqual(old, patch) ? old : patch;
  return withoutDirectives(patch);
}

function fieldsBelow(field: Field | undefined): Fields | undefined {
  const type = field?.type.kind === "list" || field?.type.kind === "map" ? field.type.item : field?.type;
  return type?.struct === undefined ? undefined : structFields(type.struct);
}

function mergeList(run: Run, old: List, patch: List, field: Field | undefined): List {
  if (field === undefined || !field.patchMerge) return deepEqual(old, patch) ? old : patch;
  if (patch.length === 0) return old;
  const type = typeOf(patch[0]);
  if (!old.every((item) => typeOf(item) === type) || !patch.every((item) => typeOf(item) === type)) {
    run.error ??= `list element types are not identical: ${goText([old, patch])}`;
    return old;
  }
  const { mergeKey } = field;
  if (mergeKey === undefined) {
    const merged = [...new Set([...old, ...patch])];
    const arranged = arrangeList(merged, patch, old, undefined);
    return deepEqual(arranged, old) ? old : arranged;
  }
  const special = specialItems(run, old, patch, mergeKey);
  const merged = mergeItems(run, special.original, special.patch, mergeKey, fieldsBelow(field));
  if (run.error !== undefined) return old;
  const arranged = arrangeList(merged, special.patch, special.original, mergeKey);
  return sameItems(arranged, old) ? old : arranged;
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? "array" : typeof value;
}

function sameItems(a: List, b: List): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

/** Carries out {$patch: delete|replace} items; yields what is left of both lists. */
function specialItems(
  run: Run,
  old: List,
  patch: List,
  mergeKey: string,
): { readonly original: List; readonly patch: List } {
  if (!patch.some((item) => isObject(item) && item["$patch"] !== undefined)) return { original: old, patch };
  let original = old;
  let replace = false;
  const plain: unknown[] = [];
  for (const item of patch) {
    if (!isObject(item) || item["$patch"] === undefined) {
      plain.push(item);
      continue;
    }
    const directive = item["$patch"];
    if (directive === "replace") replace = true;
    else if (directive === "delete") {
      const value = item[mergeKey];
      if (value === undefined) run.error ??= `map: ${goText(item)} does not contain declared merge key: ${mergeKey}`;
      original = original.filter((other) => !isObject(other) || other[mergeKey] !== value);
    } else if (directive === "merge") run.error ??= "merging lists cannot yet be specified in the patch";
    else run.error ??= `unknown patch type: ${goText(directive)} in map: ${goText(item)}`;
  }
  return replace ? { original: plain, patch: [] } : { original, patch: plain };
}

function mergeItems(run: Run, original: List, patch: List, mergeKey: string, fields: Fields | undefined): List {
  const merged = [...original];
  for (const item of patch) {
    const value = isObject(item) ? item[mergeKey] : undefined;
    if (!isObject(item) || value === undefined) {
      run.error ??= `map: ${goText(item)} does not contain declared merge key: ${mergeKey}`;
      return original;
    }
    const at = merged.findIndex((other) => isObject(other) && other[mergeKey] === value);
    const found = merged[at];
    if (isObject(found)) merged[at] = mergeMap(run, found, item, fields);
    else merged.push(item);
  }
  return merged;
}

function mergeOrdered(
  run: Run,
  old: unknown,
  patch: unknown,
  order: unknown,
  field: Field | undefined,
): List | undefined {
  const list: List | undefined = Array.isArray(old) ? old : undefined;
  const items: List | undefined = Array.isArray(patch) ? patch : undefined;
  if (!Array.isArray(order)) {
    run.error ??= "invalid patch format of setElementOrder list";
    return undefined;
  }
  const wanted: List = order;
  const mergeKey = field?.mergeKey;
  const keyless = mergeKey === undefined ? undefined : wanted.find((item) => isObject(item) && !(mergeKey in item));
  if (keyless !== undefined) {
    run.error ??= `map: ${goText(keyless)} does not contain declared merge key: ${mergeKey ?? ""}`;
    return undefined;
  }
  if (items !== undefined && !orderMatches(items, wanted, field?.mergeKey)) {
    run.error ??= `The order in patch list:\n${goText(items)}\n doesn't match $setElementOrder list:\n${goText(wanted)}\n`;
    return undefined;
  }
  let merged: List;
  if (list === undefined) {
    if (items === undefined) return undefined;
    merged = (withoutDirectives(items) as List) ?? [];
  } else merged = items === undefined ? list : mergeList(run, list, items, field);
  if (run.error !== undefined) return undefined;
  const arranged = arrangeList(merged, wanted, list ?? [], field?.mergeKey);
  return list !== undefined && sameItems(arranged, list) ? list : arranged;
}

/** A value of the patch that is new to the object: nulls stay out, directives mean nothing. What is free of both is shared. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return itemsWithoutDirectives(value);
  if (!isObject(value)) return value;
  return value["$patch"] === "delete" ? undefined : fieldsWithoutDirectives(value);
}

function itemsWithoutDirectives(list: List): List {
  let kept: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    const gone = isObject(item) && item["$patch"] !== undefined;
    const value = gone ? undefined : withoutDirectives(item);
    if (kept === undefined && (gone || value !== item)) kept = list.slice(0, i);
    if (!gone) kept?.push(value);
  }
  return kept ?? list;
}

function fieldsWithoutDirectives(fields: Json): Json {
  let kept: Copy | undefined;
  for (const key in fields) {
    const field = fields[key];
    const value = field === null || isDirective(key) ? undefined : withoutDirectives(field);
    if (kept === undefined) {
      if (value === field && value !== undefined) continue;
      kept = fieldsBefore(fields, key);
    }
    if (value !== undefined) kept[key] = value;
  }
  return kept ?? fields;
}

function fieldsBefore(fields: Json, end: string): Copy {
  const copy: Copy = {};
  for (const key in fields) {
    if (key === end) break;
    copy[key] = fields[key];
  }
  return copy;
}
