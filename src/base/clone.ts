declare function structuredClone<T>(value: T): T;

/** A deep copy of plain data; what is shared inside stays shared inside the copy. */
export function clonePlain<T>(value: T): T {
  return structuredClone(value);
}

/** A copy of plain data that goes as deep as what may change: values that `isImmutable` says never do are shared with it. */
export function cloneMutable<T>(value: T, isImmutable: (value: object) => boolean): T {
  return copy(value, isImmutable, new Map()) as T;
}

function copy(value: unknown, isImmutable: (value: object) => boolean, known: Map<object, object>): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isImmutable(value)) return value;
  const before = known.get(value);
  if (before !== undefined) return before;
  if (Array.isArray(value)) {
    const items: unknown[] = new Array<unknown>(value.length);
    known.set(value, items);
    for (let i = 0; i < value.length; i += 1) items[i] = copy(value[i], isImmutable, known);
    return items;
  }
  if (value instanceof Map) {
    const map = new Map<unknown, unknown>();
    known.set(value, map);
    for (const [key, item] of value) map.set(copy(key, isImmutable, known), copy(item, isImmutable, known));
    return map;
  }
  if (value instanceof Set) {
    const set = new Set<unknown>();
    known.set(value, set);
    for (const item of value) set.add(copy(item, isImmutable, known));
    return set;
  }
  if (ArrayBuffer.isView(value)) return structuredClone(value);
  const object: { [key: string]: unknown } = {};
  known.set(value, object);
  for (const key of Object.keys(value))
    object[key] = copy((value as { [key: string]: unknown })[key], isImmutable, known);
  return object;
}
