type Immutable = (value: object) => boolean;

/** What a copied thing holds at `key`: the copy of another thing, both by number. */
interface Link<Key> {
  readonly of: number;
  readonly key: Key;
  readonly to: number;
}

/** A thing to be copied, and how its kind is copied but for the things in it. */
interface Thing {
  readonly original: object;
  readonly shallow: (original: never) => object;
}

/** A member of a set; `to`: the number of the thing whose copy it is. */
interface Member {
  readonly item: unknown;
  readonly to: number | undefined;
}

/**
 * Makes copies of plain data that nobody changes, as deep as what may change in a copy: values that `isImmutable` says never do
 * are shared. What lies at two places of the data lies at both places of a copy. Its parts are sought once, whatever the number
 * of copies.
 */
export function copierOf<T>(value: T, isImmutable: Immutable): () => T {
  if (!isObject(value)) return () => value;
  const parts = new Parts(isImmutable);
  if (parts.add(value) === undefined) return () => value;
  return () => parts.copy() as T;
}

class Parts {
  readonly #isImmutable: Immutable;
  readonly #numbers = new Map<object, number>();
  readonly #things: Thing[] = [];
  readonly #fields: Link<string | number>[] = [];
  readonly #entries: Link<unknown>[] = [];
  readonly #members: { readonly of: number; readonly members: readonly Member[] }[] = [];

  constructor(isImmutable: Immutable) {
    this.#isImmutable = isImmutable;
  }

  /** The number of a thing, whose parts are added with it; undefined: it is shared. */
  add(value: object): number | undefined {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    if (isFields(value) && this.#isImmutable(value)) return undefined;
    const of = this.#things.push({ original: value, shallow: shallowOf(value) }) - 1;
    this.#numbers.set(value, of);
    if (value instanceof Map) for (const [key, item] of value) this.#link(this.#entries, of, key, item);
    else if (value instanceof Set) this.#addMembers(of, value);
    else if (Array.isArray(value)) for (const [i, item] of value.entries()) this.#link(this.#fields, of, i, item);
    else if (isFields(value)) for (const key in value) this.#link(this.#fields, of, key, value[key]);
    return of;
  }

  #numberOf(item: unknown): number | undefined {
    return isObject(item) ? this.add(item) : undefined;
  }

  #link<Key>(links: Link<Key>[], of: number, key: Key, item: unknown): void {
    const to = this.#numberOf(item);
    if (to !== undefined) links.push({ of, key, to });
  }

  #addMembers(of: number, set: ReadonlySet<unknown>): void {
    const members = Array.from(set, (item): Member => ({ item, to: this.#numberOf(item) }));
    if (members.some(({ to }) => to !== undefined)) this.#members.push({ of, members });
  }

  copy(): unknown {
    const copies = this.#things.map(({ original, shallow }) => shallow(original as never));
    for (const { of, key, to } of this.#fields) (copies[of] as Fields)[key] = copies[to];
    for (const { of, key, to } of this.#entries) (copies[of] as Map<unknown, unknown>).set(key, copies[to]);
    for (const { of, members } of this.#members) {
      const set = copies[of] as Set<unknown>;
      set.clear();
      for (const { item, to } of members) set.add(to === undefined ? item : copies[to]);
    }
    return copies[0];
  }
}

/** V8 copies objects and arrays at once, and maps faster entry by entry. */
function shallowOf(value: object): Thing["shallow"] {
  if (value instanceof Map) return copyOfMap;
  if (value instanceof Set) return copyOfSet;
  if (Array.isArray(value)) return copyOfList;
  return ArrayBuffer.isView(value) ? structuredClone : copyOfFields;
}

function copyOfMap(value: ReadonlyMap<unknown, unknown>): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  if (value.size > 0) for (const [key, item] of value) map.set(key, item);
  return map;
}

function copyOfSet(value: ReadonlySet<unknown>): Set<unknown> {
  return value.size === 0 ? new Set() : new Set(value);
}

function copyOfList(value: readonly unknown[]): unknown[] {
  return value.slice();
}

function copyOfFields(value: Fields): Fields {
  return { ...value };
}

/** A thing that is neither a list, a map, a set nor raw memory. */
function isFields(value: object): value is Fields {
  return !(Array.isArray(value) || value instanceof Map || value instanceof Set || ArrayBuffer.isView(value));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

interface Fields {
  [key: string | number]: unknown;
}

declare function structuredClone<T>(value: T): T;
