/** `object` with the absent fields of `defaults` filled in; the same object when none is absent. */
export function withDefaults<T extends object>(object: T, defaults: Partial<T>): T {
  for (const key in defaults) if (object[key] === undefined || object[key] === null) return filled(object, defaults);
  return object;
}

function filled<T extends object>(object: T, defaults: Partial<T>): T {
  // Not by spreads: V8 would make a hidden class for every object.
  const result: T = Object.assign({}, defaults, object);
  for (const key in defaults) if (object[key] === null) Object.assign(result, { [key]: defaults[key] });
  return result;
}

/** Array.map that returns the same array when no item changed; a decoded empty list is null and stays so. */
export function mapItems<T>(items: readonly T[], change: (item: T) => T): readonly T[] {
  if (items === null) return items;
  let result: T[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as T;
    const changed = change(item);
    if (changed === item) continue;
    result ??= [...items];
    result[i] = changed;
  }
  return result ?? items;
}
