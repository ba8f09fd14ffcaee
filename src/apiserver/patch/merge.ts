/** RFC 7386 on immutable data: only changed paths are copied; the same object comes back when nothing changes. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const source = isObject(target) ? target : {};
  let result: { [key: string]: unknown } | undefined = isObject(target) ? undefined : {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    const old = source[key];
    if (value === undefined) continue;
    if (value === null) {
      if (old === undefined) continue;
      result ??= { ...source };
      delete result[key];
      continue;
    }
    const merged = mergePatch(old, value);
    if (merged === old) continue;
    result ??= { ...source };
    result[key] = merged;
  }
  return result ?? target;
}

/** A JSON object, not an array. */
export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
