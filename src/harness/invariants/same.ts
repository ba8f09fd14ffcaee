/** Deep equality of plain data; a field that is undefined is as good as absent. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, i) => same(item, b[i]));
  }
  return agrees(a as Plain, b as Plain) && isCovered(b as Plain, a as Plain);
}

/** Like `same`, fields of this name at the top left out. */
export function sameBut(field: string, a: unknown, b: unknown): boolean {
  return a === b || same(without(a, field), without(b, field));
}

type Plain = { readonly [field: string]: unknown };

/** Whether all that `a` has is the same in `b`. */
function agrees(a: Plain, b: Plain): boolean {
  for (const field in a) if (a[field] !== undefined && !same(a[field], b[field])) return false;
  return true;
}

/** Whether `by` has every field of `a`. */
function isCovered(a: Plain, by: Plain): boolean {
  for (const field in a) if (a[field] !== undefined && by[field] === undefined) return false;
  return true;
}

function without(value: unknown, field: string): unknown {
  if (typeof value !== "object" || value === null) return value;
  return { ...value, [field]: undefined };
}
