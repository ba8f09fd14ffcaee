import fc from "fast-check";
import { z } from "zod";
import type { Millis } from "../../base/units.ts";
import { duration } from "../plan/fields.ts";
import { anyCache, cacheFields, cacheOf, cacheText, holdOf } from "./cache-pick.ts";
import type { Cache, CachePick } from "./cache-pick.ts";
import type { Fault } from "./fault.ts";

interface Params extends CachePick {
  /** It catches up after so long, and stands still again; 0: it stands still to the end. */
  readonly everyMs: Millis;
}

interface Memory {
  readonly cache?: Cache;
}

/** One API server's watch cache lags behind etcd, with everyone who watches or lists there. */
export const staleCache: Fault<Params, Memory> = {
  name: "stale-cache",
  catalogue: ["F3", "F4", "F8"],
  statement: "The watch cache of one API server sees nothing new of etcd for a while.",
  available: () => true,
  params: () => fc.record({ ...anyCache, everyMs: fc.constantFrom(0, 500, 5000) }),
  schema: z.strictObject({ ...cacheFields, everyMs: duration.default(0) }),
  minMs: 1000,
  start(params, { id, now, world, levers }) {
    const cache = cacheOf(params, world);
    if (cache === undefined) return {};
    levers.holdCache(cache.server, cache.resource);
    if (params.everyMs > 0) levers.wakeFault(id, now + params.everyMs);
    return { cache };
  },
  wake({ everyMs }, { id, now, until, levers, held }, { cache }) {
    if (cache === undefined || now >= until) return;
    if (!held(holdOf(cache))) levers.releaseCache(cache.server, cache.resource);
    levers.holdCache(cache.server, cache.resource);
    levers.wakeFault(id, now + everyMs);
  },
  stop(_params, { levers, held }, { cache }) {
    if (cache !== undefined && !held(holdOf(cache))) levers.releaseCache(cache.server, cache.resource);
  },
  holds: (_params, { cache }) => (cache === undefined ? [] : [holdOf(cache)]),
  heartbeats: () => "all",
  harm: (_params, { cache }) => ({
    kind: "fault",
    what: cache === undefined ? "no cache was stale" : `${cacheText(cache)} saw no news`,
  }),
};
