declare function structuredClone<T>(value: T): T;

/** A deep copy of plain data; what is shared inside stays shared inside the copy. */
export function clonePlain<T>(value: T): T {
  return structuredClone(value);
}
