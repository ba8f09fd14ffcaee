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
  if (a === b) return true;
  return isPlain(a) && isPlain(b) ? agrees(a, b, field) && isCovered(b, a, field) : same(a, b);
}

type Plain = { readonly [field: string]: unknown };

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether all that `a` has is the same in `b`, but for one field. */
function agrees(a: Plain, b: Plain, but?: string): boolean {
  for (const field in a) if (field !== but && a[field] !== undefined && !same(a[field], b[field])) return false;
  return true;
}

/** Whether `by` has every field of `a`, but for one. */
function isCovered(a: Plain, by: Plain, but?: string): boolean {
  for (const field in a) if (field !== but && a[field] !== undefined && by[field] === undefined) return false;
  return true;
}
