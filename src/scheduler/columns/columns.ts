import type { SchedulerCache } from "../cache/cache.ts";
import type { Plugin } from "../framework/plugin.ts";
import type { Profile } from "../framework/profile.ts";
import { REGISTRY } from "../framework/registry.ts";
import type { Interner } from "./interner.ts";
import { emptyInterner } from "./interner.ts";
import type { LocalTable } from "./local-table.ts";
import type { Related } from "./related.ts";
import type { VolumeColumns } from "./volume-columns.ts";

/** What is remembered of all nodes, by the shape of pods. Derived from the cache: it can be thrown away at any time. */
export interface Columns {
  readonly profiles: Map<Profile, ProfileColumns>;
  /** Numbers of the values of each topology label. */
  readonly values: Map<string, Interner>;
  /** Below so many nodes remembering does not pay. */
  readonly minNodes: number;
  /** Volumes that nodes can still attach. */
  readonly volumes: { current: VolumeColumns | undefined };
  readonly paths: Paths;
}

/** How often each way was taken. */
export interface Paths {
  /** The best node was kept ready; the nodes were scanned; they were scanned with counts by topology domain. */
  best: number;
  scanned: number;
  related: number;
  /** No node fits, as the columns say. */
  failed: number;
  /** Why columns did not serve, and how often. */
  readonly refused: Map<string, number>;
}

/** The columns of one profile. */
export interface ProfileColumns {
  /** Plugins that look at more than one node and that take part in this profile's Filter or Score. */
  readonly filtersBy: ReadonlySet<string>;
  readonly scoresBy: ReadonlySet<string>;
  /** By what plugins that look at one node see of a pod; null: they cannot be remembered. */
  readonly tables: Map<string, LocalTable | null>;
  /** Shapes that came up once: a table pays from the second time on. */
  readonly seen: Map<string, true>;
  /** By what the others see of it; the least recently made first. */
  readonly related: Map<string, Related>;
}

/** Below this number of nodes a cluster's scheduler looks at nodes one by one. */
const MIN_NODES = 64;

const known = new WeakMap<SchedulerCache, Columns>();

/** Nothing remembered yet. */
export function emptyColumns(minNodes: number = MIN_NODES): Columns {
  const paths: Paths = { best: 0, scanned: 0, related: 0, failed: 0, refused: new Map() };
  return { profiles: new Map(), values: new Map(), minNodes, volumes: { current: undefined }, paths };
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

/** The numbers of one topology label's values. */
export function valuesOf(columns: Columns, label: string): Interner {
  let values = columns.values.get(label);
  if (values === undefined) {
    values = emptyInterner();
    columns.values.set(label, values);
  }
  return values;
}

/** The columns of a profile; undefined when a plugin is neither local nor known to any columns. */
export function profileColumns(columns: Columns, profile: Profile): ProfileColumns | undefined {
  let found = columns.profiles.get(profile);
  if (found === undefined) {
    const { preFilter, filter, preScore, score } = profile.plugins;
    for (const plugin of [...preFilter, ...filter, ...preScore, ...score]) if (!isKnown(plugin)) return undefined;
    const kinds = (plugins: typeof filter): ReadonlySet<string> =>
      new Set(plugins.map((plugin) => plugin.columns ?? ""));
    found = {
      filtersBy: kinds(filter),
      scoresBy: kinds(score),
      tables: new Map(),
      seen: new Map(),
      related: new Map(),
    };
    columns.profiles.set(profile, found);
  }
  return found;
}

/** Users' own plugins may look at anything. */
function isKnown(plugin: Plugin): boolean {
  return (plugin.local === true || plugin.columns !== undefined) && REGISTRY.includes(plugin);
}

/** Notes why columns did not serve. */
export function refuse({ paths }: Columns, reason: string): undefined {
  paths.refused.set(reason, (paths.refused.get(reason) ?? 0) + 1);
  return undefined;
}

/** How many tables of so many rows there may be: at most `most`, and with more than `rows` in all only a few. */
export function fewerOf(most: number, rows: number, n: number): number {
  return Math.max(8, Math.min(most, Math.floor(rows / n)));
}

/** Adds an entry, and drops the oldest where there are too many. */
export function keep<V>(entries: Map<string, V>, key: string, value: V, most: number): void {
  if (entries.size >= most) {
    const [oldest] = entries.keys();
    if (oldest !== undefined) entries.delete(oldest);
  }
  entries.set(key, value);
}
