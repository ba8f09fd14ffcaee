/**
 * `object` with one field set; the same object when it has that value already. HOT: a new key goes before the copied ones,
 * for V8 11 (Node 20) makes a hidden class of its own for every evaluation of `{ ...object, newKey }`, and computed keys of
 * literals leave compiled code.
 */
export function withField<T extends object, K extends keyof T>(object: T, key: K, value: T[K]): T {
  if (object[key] === value) return object;
  if (key in object) {
    const copy = { ...object };
    copy[key] = value;
    return copy;
  }
  const copy: Partial<T> = {};
  copy[key] = value;
  for (const other in object) copy[other] = object[other];
  return copy as T;
}

/** A copy without a field. HOT: `delete` would leave an object of the slow kind, without a hidden class. */
export function withoutField<T extends object>(object: T, field: string): T {
  const rest: { [key: string]: unknown } = {};
  for (const key in object) if (key !== field) rest[key] = object[key];
  return rest as T;
}
