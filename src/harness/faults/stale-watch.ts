import fc from "fast-check";
import { z } from "zod";
import type { Resource } from "../../api/object.ts";
import type { Fault } from "./fault.ts";
import { heartbeatsOf } from "./pick.ts";
import { anyWatch, watchFields, watchOf } from "./watch-pick.ts";
import type { WatchPick } from "./watch-pick.ts";

interface Memory {
  readonly watch?: { readonly process: string; readonly resource: Resource };
}

/** Holds one watch where it is: the informer behind it grows stale, and all it missed comes at the end. */
export const staleWatch: Fault<WatchPick, Memory> = {
  name: "stale-watch",
  catalogue: ["F3", "F5", "F8", "F10"],
  statement: "An informer sees nothing new for a while.",
  available: () => true,
  params: () => fc.record(anyWatch),
  schema: z.strictObject(watchFields),
  minMs: 1000,
  start(params, { world, levers }) {
    const watch = watchOf(params, world);
    if (watch === undefined) return {};
    levers.pinWatch(watch.process, watch.resource);
    return { watch };
  },
  stop(_params, { levers, held }, { watch }) {
    if (watch !== undefined && !held(`watch/${watch.process}/${watch.resource}`))
      levers.unpinWatch(watch.process, watch.resource);
  },
  holds: (_params, { watch }) => (watch === undefined ? [] : [`watch/${watch.process}/${watch.resource}`]),
  heartbeats: (_params, { watch }) => heartbeatsOf(watch?.process),
  harm: (_params, { watch }) => ({
    kind: "fault",
    what: watch === undefined ? "nothing was stale" : `${watch.process} saw no news of ${watch.resource}`,
  }),
};
