/** Small whole numbers for texts. */
export interface Interner {
  readonly ids: Map<string, number>;
}

/** The number of a label that is absent. */
export const ABSENT = 0;

/** No text has a number yet. */
export function emptyInterner(): Interner {
  return { ids: new Map() };
}

/** The number of a text, from 1; of undefined ABSENT. */
export function intern({ ids }: Interner, text: string | undefined): number {
  if (text === undefined) return ABSENT;
  let id = ids.get(text);
  if (id === undefined) {
    id = ids.size + 1;
    ids.set(text, id);
  }
  return id;
}
