import fc from "fast-check";
import { z } from "zod";
import type { Resource } from "../../api/object.ts";
import type { Millis } from "../../base/units.ts";
import { duration, flag } from "../plan/fields.ts";
import type { Fault } from "./fault.ts";
import { heartbeatsOf } from "./pick.ts";
import { anyWatch, watchFields, watchOf } from "./watch-pick.ts";
import type { WatchPick } from "./watch-pick.ts";

interface Params extends WatchPick {
  /** Resuming is answered 410 Gone, so that the informer lists anew. */
  readonly expired: boolean;
  /** Breaks again after so long; 0: only once. */
  readonly everyMs: Millis;
}

interface Memory {
  readonly watch?: { readonly process: string; readonly resource: Resource };
}

/** Cuts one watch, once or again and again. */
export const watchBreak: Fault<Params, Memory> = {
  name: "watch-break",
  catalogue: ["F6", "F7", "F9"],
  statement: "A watch breaks and is resumed, or is answered 410 Gone and listed anew.",
  available: () => true,
  params: () => fc.record({ ...anyWatch, expired: fc.boolean(), everyMs: fc.constantFrom(0, 1000, 5000) }),
  schema: z.strictObject({ ...watchFields, expired: flag.default(false), everyMs: duration.default(0) }),
  minMs: 1000,
  start(params, context) {
    const watch = watchOf(params, context.world);
    if (watch === undefined) return {};
    context.levers.breakWatch(watch.process, watch.resource, params.expired);
    if (params.everyMs > 0) context.levers.wakeFault(context.id, context.now + params.everyMs);
    return { watch };
  },
  wake(params, { levers, id, now, until }, { watch }) {
    if (watch === undefined || now >= until) return;
    levers.breakWatch(watch.process, watch.resource, params.expired);
    levers.wakeFault(id, now + params.everyMs);
  },
  stop: () => undefined,
  heartbeats: (_params, { watch }) => heartbeatsOf(watch?.process),
  harm: (_params, { watch }) => ({
    kind: "fault",
    what: watch === undefined ? "no watch broke" : `the watch of ${watch.process} on ${watch.resource} broke`,
  }),
};
