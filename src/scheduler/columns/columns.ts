import type { SchedulerCache } from "../cache/cache.ts";
import type { Profile } from "../framework/profile.ts";
import type { ShapeTable } from "./shape-table.ts";

/** What is remembered of all nodes, by the shape of pods. Derived from the cache: it can be thrown away at any time. */
export interface Columns {
  readonly tables: Map<Profile, Map<string, ShapeTable>>;
  /** Below so many nodes remembering does not pay. */
  readonly minNodes: number;
}

/** Below this number of nodes a cluster's scheduler looks at nodes one by one. */
const MIN_NODES = 64;

const known = new WeakMap<SchedulerCache, Columns>();

/** Nothing remembered yet. */
export function emptyColumns(minNodes: number = MIN_NODES): Columns {
  return { tables: new Map(), minNodes };
}

/** The columns of a cache; a copy of the cache begins with empty ones. */
export function columnsOf(cache: SchedulerCache): Columns {
  let columns = known.get(cache);
  if (columns === undefined) {
    columns = emptyColumns();
    known.set(cache, columns);
  }
  return columns;
}
