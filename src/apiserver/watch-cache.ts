import type { ApiObject, Resource } from "../api/object.ts";
import type { Millis } from "../base/units.ts";
import type { Etcd, Range } from "../etcd/etcd.ts";

/** One resource, or all of them. */
export type CacheScope = Resource | "*";

/** Where a cache that does not follow etcd stands. */
interface HeldCache {
  readonly revision: number;
  /** It is being filled anew: nobody can watch. */
  readonly filling?: true;
  /** Its objects by resource, once etcd has forgotten that revision. */
  kept?: Map<Resource, readonly ApiObject[]>;
}

/** The watch caches of one API server, one a resource. Plain data; what is not in it has seen all that is stored. */
export interface WatchCache {
  readonly held: Map<CacheScope, HeldCache>;
  /** The oldest version from which a watch can go on, where the cache was filled anew. */
  readonly oldest: Map<CacheScope, number>;
  /** When a namespace was deleted through this server while its caches were held. */
  readonly deletedNamespaces: Map<string, Millis>;
}

/** Caches that follow etcd. */
export function emptyWatchCache(): WatchCache {
  return { held: new Map(), oldest: new Map(), deletedNamespaces: new Map() };
}

/** The revision up to which a server's cache of a resource has seen etcd. Cheap: every delivery of a watch asks. */
export function seenRevision(cache: WatchCache | undefined, etcd: Etcd, resource: Resource): number {
  return cache === undefined || cache.held.size === 0
    ? etcd.revision
    : (older(cache, resource)?.revision ?? etcd.revision);
}

/** Whether a cache is being filled anew. */
export function isFilling(cache: WatchCache | undefined, resource: Resource): boolean {
  if (cache === undefined || cache.held.size === 0) return false;
  return cache.held.get(resource)?.filling === true || cache.held.get("*")?.filling === true;
}

/** The oldest version from which a watch of a resource can go on. */
export function oldestVersion(cache: WatchCache | undefined, etcd: Etcd, resource: Resource): number {
  const { compacted } = etcd.state;
  if (cache === undefined || cache.oldest.size === 0) return compacted - 1;
  return Math.max(compacted - 1, cache.oldest.get(resource) ?? 0, cache.oldest.get("*") ?? 0);
}

/** What a server's cache holds of a resource, as a list with resourceVersion=0 shows it. */
export function cachedRange(cache: WatchCache | undefined, etcd: Etcd, resource: Resource, namespace?: string): Range {
  const held = cache === undefined || cache.held.size === 0 ? undefined : older(cache, resource);
  if (held === undefined) return { revision: etcd.revision, items: etcd.range(resource, namespace) };
  const { revision, kept } = held;
  if (kept === undefined) {
    const range = etcd.rangeAt(revision, resource, namespace);
    return typeof range === "string" ? { revision, items: [] } : range;
  }
  const items = kept.get(resource) ?? [];
  return {
    revision,
    items: namespace === undefined ? items : items.filter((item) => item.metadata.namespace === namespace),
  };
}

/** One object as a server's cache holds it. */
export function cachedObject(
  cache: WatchCache | undefined,
  etcd: Etcd,
  resource: Resource,
  name: string,
  namespace?: string,
): ApiObject | undefined {
  if (cache === undefined || cache.held.size === 0 || older(cache, resource) === undefined)
    return etcd.get(resource, namespace === undefined ? name : `${namespace}/${name}`);
  return cachedRange(cache, etcd, resource, namespace).items.find((item) => item.metadata.name === name);
}

/** Stops a cache where it is. `filling`: it has lost its etcd watch and must list anew. */
export function holdCache(cache: WatchCache, etcd: Etcd, scope: CacheScope, filling = false): void {
  if (cache.held.has(scope)) return;
  const behind = scope === "*" ? undefined : older(cache, scope);
  const revision = behind?.revision ?? etcd.revision;
  const kept = behind?.kept;
  cache.held.set(scope, { revision, ...(filling && { filling }), ...(kept !== undefined && { kept }) });
}

/** Lets a cache catch up with etcd; true: it had to list anew, so that its watches end. */
export function releaseCache(cache: WatchCache, etcd: Etcd, scope: CacheScope): boolean {
  const held = cache.held.get(scope);
  if (held === undefined) return false;
  cache.held.delete(scope);
  if (cache.held.size === 0) cache.deletedNamespaces.clear();
  const lost = held.revision < etcd.revision && held.revision + 1 < etcd.state.compacted;
  if (!lost && held.filling !== true) return false;
  cache.oldest.set(scope, etcd.revision);
  return true;
}

/** The caches of a server that starts: each lists anew, so that older watches cannot go on. */
export function refilled(cache: WatchCache, etcd: Etcd): void {
  cache.held.clear();
  cache.deletedNamespaces.clear();
  cache.oldest.clear();
  cache.oldest.set("*", etcd.revision);
}

/** Before etcd forgets what lies below its newest revision: copies what held caches still show. */
export function keepHeld({ held }: WatchCache, etcd: Etcd): void {
  for (const [scope, one] of held) {
    if (one.kept !== undefined) continue;
    const kept = new Map<Resource, readonly ApiObject[]>();
    for (const resource of scope === "*" ? etcd.state.tables.keys() : [scope]) {
      const range = etcd.rangeAt(one.revision, resource);
      if (typeof range !== "string") kept.set(resource, range.items);
    }
    one.kept = kept;
  }
}

/** Of the caches that hold a resource back, the one that stands furthest behind. */
function older({ held }: WatchCache, resource: Resource): HeldCache | undefined {
  const one = held.get(resource);
  const all = held.get("*");
  return one === undefined || (all !== undefined && all.revision < one.revision) ? all : one;
}
