import { copierOf } from "./copier.ts";

declare function structuredClone<T>(value: T): T;

/** A deep copy of plain data; what is shared inside stays shared inside the copy. */
export function clonePlain<T>(value: T): T {
  return structuredClone(value);
}

/** A copy of plain data that goes as deep as what may change: values that `isImmutable` says never do are shared with it. */
export function cloneMutable<T>(value: T, isImmutable: (value: object) => boolean): T {
  return copierOf(value, isImmutable)();
}

/**
 * As `cloneMutable`, but shares with `like`, an earlier copy that nobody changes, whatever has not changed since: what is
 * made anew is only what changed and what it lies in. Things that were two stay two, and things that were one stay one.
 */
export function cloneLike<T>(value: T, like: T, isImmutable: (value: object) => boolean): T {
  const copier = new SharingCopier(isImmutable);
  const made = copier.copy(value, like);
  // Where something lies in itself there is no order in which copies could be compared.
  return copier.hasCycle ? cloneMutable(value, isImmutable) : (made as T);
}

/** A thing whose parts are being copied. */
const UNFINISHED = {};

class SharingCopier {
  hasCycle = false;
  readonly #isImmutable: (value: object) => boolean;
  readonly #known = new Map<object, object>();
  /** Parts of the earlier copy that already stand for something. */
  readonly #taken = new Set<object>();

  constructor(isImmutable: (value: object) => boolean) {
    this.#isImmutable = isImmutable;
  }

  copy(value: unknown, like: unknown): unknown {
    return typeof value === "object" && value !== null ? this.#copyObject(value, like) : value;
  }

  #copyObject(value: object, like: unknown): object {
    if (this.#isImmutable(value)) return value;
    const before = this.#known.get(value);
    if (before === UNFINISHED) this.hasCycle = true;
    if (before !== undefined) return before;
    this.#known.set(value, UNFINISHED);
    const made = this.#copyParts(value, like);
    this.#known.set(value, made);
    return made;
  }

  #copyParts(value: object, like: unknown): object {
    if (Array.isArray(value)) return this.#copyArray(value, Array.isArray(like) ? like : undefined);
    if (value instanceof Map) return this.#copyMap(value, like instanceof Map ? like : undefined);
    if (value instanceof Set) return this.#copySet(value, like instanceof Set ? like : undefined);
    if (ArrayBuffer.isView(value)) return structuredClone(value);
    const isFields = typeof like === "object" && like !== null && isKin(value, like);
    return this.#copyFields(value as Fields, isFields ? (like as Fields) : undefined);
  }

  /** Whether an earlier copy may stand for a thing that is as it was: not if it stands for another one already. */
  #take(like: object): boolean {
    if (this.#taken.has(like)) return false;
    this.#taken.add(like);
    return true;
  }

  #copyArray(value: readonly unknown[], like: readonly unknown[] | undefined): readonly unknown[] {
    let items: unknown[] | undefined;
    let isSame = like !== undefined && like.length === value.length;
    for (let i = 0; i < value.length; i += 1) {
      const item = value[i];
      const made = typeof item === "object" && item !== null ? this.#copyObject(item, like?.[i]) : item;
      if (isSame && made !== like?.[i]) isSame = false;
      if (made !== item) (items ??= value.slice())[i] = made;
    }
    return isSame && like !== undefined && this.#take(like) ? like : (items ?? value.slice());
  }

  #copyMap(value: Map<unknown, unknown>, like: Map<unknown, unknown> | undefined): Map<unknown, unknown> {
    let changed: Map<unknown, unknown> | undefined;
    let isSame = like !== undefined && like.size === value.size;
    const order = like?.keys();
    for (const [key, item] of value) {
      const old = like?.get(key);
      const made = typeof item === "object" && item !== null ? this.#copyObject(item, old) : item;
      if (isSame && (made !== old || order?.next().value !== key)) isSame = false;
      if (made !== item) (changed ??= new Map()).set(key, made);
    }
    if (isSame && like !== undefined && this.#take(like)) return like;
    const map = new Map(value);
    if (changed !== undefined) for (const [key, item] of changed) map.set(key, item);
    return map;
  }

  #copySet(value: Set<unknown>, like: Set<unknown> | undefined): Set<unknown> {
    let isSame = like !== undefined && like.size === value.size;
    const order = like?.values();
    const items: unknown[] = [];
    for (const item of value) {
      const made = this.copy(item, undefined);
      items.push(made);
      if (isSame && order?.next().value !== made) isSame = false;
    }
    return isSame && like !== undefined && this.#take(like) ? like : new Set(items);
  }

  #copyFields(value: Fields, like: Fields | undefined): Fields {
    const keys = Object.keys(value);
    let isSame = like !== undefined && isSameOrder(keys, Object.keys(like));
    let made: { [key: string]: unknown } | undefined;
    for (const key of keys) {
      const item = value[key];
      const old = like?.[key];
      const copied = typeof item === "object" && item !== null ? this.#copyObject(item, old) : item;
      if (isSame && copied !== old) isSame = false;
      if (copied !== item) (made ??= { ...value })[key] = copied;
    }
    return isSame && like !== undefined && this.#take(like) ? like : (made ?? { ...value });
  }
}

function isKin(value: object, like: object): boolean {
  return Object.getPrototypeOf(value) === Object.getPrototypeOf(like);
}

function isSameOrder(keys: readonly string[], others: readonly string[]): boolean {
  if (keys.length !== others.length) return false;
  for (let i = 0; i < keys.length; i += 1) if (keys[i] !== others[i]) return false;
  return true;
}

interface Fields {
  readonly [key: string]: unknown;
}
