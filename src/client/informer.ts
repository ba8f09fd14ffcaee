import type { ApiObject, Resource } from "../api/object.ts";
import { objectKey } from "../api/object.ts";
import type { InformerEvent, WatchSpec } from "./component.ts";

/** Read access to one informer's store. */
export interface Lister {
  get(key: string): ApiObject | undefined;
  /** In the order in which keys first came; sort where order matters. */
  list(): Iterable<ApiObject>;
  /** Objects with `value` under a declared index; empty when there are none. */
  byIndex(index: string, value: string): readonly ApiObject[];
  readonly size: number;
}

/** Listers by resource; asking for one that the component does not watch is a bug. */
export interface Listers {
  of(resource: Resource): Lister;
}

/** The store of one informer: plain data but for `spec`, which is code and not copied. */
export interface Store {
  readonly objects: Map<string, ApiObject>;
  /** index name → value → keys */
  readonly indexes: Map<string, Map<string, Set<string>>>;
}

/** An empty store with the indexes of `spec`. */
export function emptyStore(spec: WatchSpec): Store {
  const indexes = new Map<string, Map<string, Set<string>>>();
  for (const name of Object.keys(spec.indexes ?? {})) indexes.set(name, new Map());
  return { objects: new Map(), indexes };
}

/** Puts or removes one object and tells the change; undefined when nothing changed. */
export function applyToStore(
  store: Store,
  spec: WatchSpec,
  key: string,
  after: ApiObject | undefined,
  tombstone = false,
): InformerEvent | undefined {
  const before = store.objects.get(key);
  if (before === undefined && after === undefined) return undefined;
  if (before !== undefined && after !== undefined && before.metadata.resourceVersion === after.metadata.resourceVersion)
    return undefined;
  if (after === undefined) store.objects.delete(key);
  else store.objects.set(key, after);
  if (!standsWhereItStood(before, after))
    for (const name in spec.indexes) reindex(store, spec, name, key, before, after);
  return changeOf(spec.resource, before, after, tombstone);
}

function changeOf(
  resource: Resource,
  before: ApiObject | undefined,
  after: ApiObject | undefined,
  tombstone: boolean,
): InformerEvent {
  if (after !== undefined) return before === undefined ? { resource, after } : { resource, before, after };
  if (before === undefined) return { resource };
  return tombstone ? { resource, before, tombstone } : { resource, before };
}

/** Replaces the content by a fresh list (relist after 410): the differences as events, deletions as tombstones. */
export function replaceStore(store: Store, spec: WatchSpec, items: readonly ApiObject[]): InformerEvent[] {
  const events: InformerEvent[] = [];
  const listed = new Set(items.map(objectKey));
  for (const item of items) {
    const event = applyToStore(store, spec, objectKey(item), item);
    if (event !== undefined) events.push(event);
  }
  for (const key of [...store.objects.keys()]) {
    if (listed.has(key)) continue;
    const event = applyToStore(store, spec, key, undefined, true);
    if (event !== undefined) events.push(event);
  }
  return events;
}

/** The face of a store. */
export function listerOf(store: Store): Lister {
  return new StoreLister(store);
}

/** A class, so that all listers have one shape and the engine compiles their callers once. */
class StoreLister implements Lister {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  get(key: string): ApiObject | undefined {
    return this.#store.objects.get(key);
  }

  list(): Iterable<ApiObject> {
    return this.#store.objects.values();
  }

  byIndex(index: string, value: string): readonly ApiObject[] {
    const keys = this.#store.indexes.get(index)?.get(value);
    if (keys === undefined) return [];
    const found: ApiObject[] = [];
    for (const key of keys) {
      const object = this.#store.objects.get(key);
      if (object !== undefined) found.push(object);
    }
    return found;
  }

  get size(): number {
    return this.#store.objects.size;
  }
}

/** Whether a change leaves all that indexes may look at, as when only the status was written. HOT. */
function standsWhereItStood(before: ApiObject | undefined, after: ApiObject | undefined): boolean {
  return (
    before !== undefined &&
    after !== undefined &&
    before.metadata.labels === after.metadata.labels &&
    before.metadata.annotations === after.metadata.annotations &&
    before.metadata.ownerReferences === after.metadata.ownerReferences &&
    "spec" in before &&
    "spec" in after &&
    before.spec === after.spec
  );
}

function reindex(
  store: Store,
  spec: WatchSpec,
  name: string,
  key: string,
  before: ApiObject | undefined,
  after: ApiObject | undefined,
): void {
  const valuesOf = spec.indexes?.[name];
  const index = store.indexes.get(name);
  if (valuesOf === undefined || index === undefined) return;
  const old = before === undefined ? [] : valuesOf(before);
  const now = after === undefined ? [] : valuesOf(after);
  if (old.length === now.length && old.every((value, i) => value === now[i])) return;
  for (const value of old) {
    const keys = index.get(value);
    keys?.delete(key);
    if (keys?.size === 0) index.delete(value);
  }
  for (const value of now) {
    const keys = index.get(value);
    if (keys === undefined) index.set(value, new Set([key]));
    else keys.add(key);
  }
}
