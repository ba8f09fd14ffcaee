/** Structural equality of small pieces of plain data, as apimachinery's Semantic.DeepEqual: absent equals empty. */
export function sameData(a: unknown, b: unknown): boolean {
  if (a === b || (isEmpty(a) && isEmpty(b))) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameData(item, b[i]));
  const left = Object.entries(a).filter(([, value]) => !isEmpty(value));
  const right = new Map<string, unknown>(Object.entries(b).filter(([, value]) => !isEmpty(value)));
  return left.length === right.size && left.every(([key, value]) => right.has(key) && sameData(value, right.get(key)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value !== "object") return false;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}
