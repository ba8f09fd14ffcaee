/** Byte order of two texts (UTF-16 units, which is byte order for ASCII names): -1, 0 or 1. Never the locale's. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
