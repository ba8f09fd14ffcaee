import type { Labels } from "../../api/label-selector.ts";

/** Whether two sets of labels are equal. */
export function sameLabels(a: Labels, b: Labels): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  let left = 0;
  for (const key in a) {
    if (a[key] !== b[key]) return false;
    left += 1;
  }
  for (const _ in b) left -= 1;
  return left === 0;
}
