/** Delta debugging (Zeller, Hildebrandt 2002): a 1-minimal sub-list of `items` that still fails, in the same order. `fails(items)` must hold. */
export function ddmin<T>(items: readonly T[], fails: (items: readonly T[]) => boolean): readonly T[] {
  let kept = items;
  let parts = 2;
  while (kept.length >= 1) {
    const size = Math.max(1, Math.ceil(kept.length / parts));
    const smaller = withoutOnePart(kept, size, fails);
    if (smaller !== undefined) {
      kept = smaller;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) break;
    else parts = Math.min(kept.length, parts * 2);
  }
  return kept;
}

/** The first complement of a part that still fails; later parts go first, since earlier steps are more often needed. */
function withoutOnePart<T>(
  items: readonly T[],
  size: number,
  fails: (items: readonly T[]) => boolean,
): readonly T[] | undefined {
  for (let end = items.length; end > 0; end -= size) {
    const rest = [...items.slice(0, Math.max(0, end - size)), ...items.slice(end)];
    if (fails(rest)) return rest;
  }
  return undefined;
}
