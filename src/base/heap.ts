/** A binary heap over a plain array, so that it is state that can be copied. `less` must be a strict total order. */
export type Less<T> = (a: T, b: T) => boolean;

/** Adds an item: O(log n). */
export function heapPush<T>(heap: T[], item: T, less: Less<T>): void {
  let i = heap.push(item) - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    const above = heap[parent] as T;
    if (!less(item, above)) break;
    heap[i] = above;
    i = parent;
  }
  heap[i] = item;
}

/** Takes the least item; undefined when empty: O(log n). */
export function heapPop<T>(heap: T[], less: Less<T>): T | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (heap.length === 0 || last === undefined) return top;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && less(heap[child + 1] as T, heap[child] as T)) child += 1;
    const below = heap[child] as T;
    if (!less(below, last)) break;
    heap[i] = below;
    i = child;
  }
  heap[i] = last;
  return top;
}
