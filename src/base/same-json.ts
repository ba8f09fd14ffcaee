/** Whether two values that hold nothing but JSON are equal; an absent field differs from one that is undefined. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b);
  return !Array.isArray(b) && sameFields(a as Fields, b as Fields);
}

type Fields = { readonly [key: string]: unknown };

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (!sameJson(a[i], b[i])) return false;
  return true;
}

function sameFields(a: Fields, b: Fields): boolean {
  let more = 0;
  for (const key in a) {
    const value = b[key];
    if (value === undefined || !sameJson(a[key], value)) return false;
    more += 1;
  }
  for (const _ in b) more -= 1;
  return more === 0;
}
