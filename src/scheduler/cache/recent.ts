/**
 * Remembers what was derived from immutable objects, for the most recent ones. Two generations of a Map: cheaper for the
 * collector than a WeakMap, whose entries it must visit again and again.
 */
export interface Recent<K, V> {
  young: Map<K, V>;
  old: Map<K, V>;
}

/** So many objects are remembered at least, and twice as many at most. */
const LIMIT = 8192;

/** Nothing remembered yet. */
export function emptyRecent<K, V>(): Recent<K, V> {
  return { young: new Map(), old: new Map() };
}

/** What is remembered of `key`. */
export function recall<K, V>(recent: Recent<K, V>, key: K): V | undefined {
  const value = recent.young.get(key);
  if (value !== undefined) return value;
  const older = recent.old.get(key);
  if (older !== undefined) remember(recent, key, older);
  return older;
}

/** Remembers a value; the oldest ones are forgotten. */
export function remember<K, V>(recent: Recent<K, V>, key: K, value: V): void {
  if (recent.young.size >= LIMIT) {
    recent.old = recent.young;
    recent.young = new Map();
  }
  recent.young.set(key, value);
}
