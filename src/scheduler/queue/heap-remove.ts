import type { Less } from "../../base/heap.ts";

/** Takes one given item out of a heap of base/heap.ts: O(n). */
export function heapRemove<T>(heap: T[], item: T, less: Less<T>): boolean {
  const at = heap.indexOf(item);
  if (at < 0) return false;
  heapFill(heap, at, less);
  return true;
}

/** Puts the item at `at` where it belongs after its order changed. */
export function heapFix<T>(heap: T[], at: number, less: Less<T>): void {
  const item = heap[at] as T;
  let i = at;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    const above = heap[parent] as T;
    if (!less(item, above)) break;
    heap[i] = above;
    i = parent;
  }
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && less(heap[child + 1] as T, heap[child] as T)) child += 1;
    const below = heap[child] as T;
    if (!less(below, item)) break;
    heap[i] = below;
    i = child;
  }
  heap[i] = item;
}

function heapFill<T>(heap: T[], at: number, less: Less<T>): void {
  const last = heap.pop() as T;
  if (at === heap.length) return;
  heap[at] = last;
  heapFix(heap, at, less);
}
