import fc from "fast-check";
import { z } from "zod";
import { anyCache, cacheFields, cacheOf, cacheText, holdOf } from "./cache-pick.ts";
import type { Cache, CachePick } from "./cache-pick.ts";
import type { Fault } from "./fault.ts";

interface Memory {
  readonly cache?: Cache;
}

/** An API server loses its watch of etcd and fills its cache anew: its clients' watches end, and older ones cannot go on. */
export const cacheRefill: Fault<CachePick, Memory> = {
  name: "cache-refill",
  catalogue: ["F6", "F7"],
  statement: "The watch cache of one API server loses its watch of etcd, refuses watches for a while and lists anew.",
  available: () => true,
  params: () => fc.record(anyCache),
  schema: z.strictObject(cacheFields),
  minMs: 1000,
  start(params, { world, levers }) {
    const cache = cacheOf(params, world);
    if (cache === undefined) return {};
    levers.refillCache(cache.server, cache.resource);
    return { cache };
  },
  stop(_params, { levers, held }, { cache }) {
    if (cache !== undefined && !held(holdOf(cache))) levers.releaseCache(cache.server, cache.resource);
  },
  holds: (_params, { cache }) => (cache === undefined ? [] : [holdOf(cache)]),
  heartbeats: () => "all",
  harm: (_params, { cache }) => ({
    kind: "fault",
    what: cache === undefined ? "no cache was filled" : `${cacheText(cache)} was filled anew`,
  }),
};
