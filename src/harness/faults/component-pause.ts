import fc from "fast-check";
import { z } from "zod";
import type { Millis } from "../../base/units.ts";
import { pass } from "./fault.ts";
import type { Fault } from "./fault.ts";
import { anyProcess, heartbeatsOf, processOf, processPick } from "./pick.ts";
import type { ProcessPick } from "./pick.ts";

interface Params {
  readonly process: ProcessPick;
}

interface Memory {
  readonly process?: string;
  readonly until: Millis;
}

/** Stops the world of one process: all that it hears and says waits until the end, and old decisions go out then. */
export const componentPause: Fault<Params, Memory> = {
  name: "component-pause",
  catalogue: ["F15"],
  statement: "A process hears and says nothing for a while and then goes on with old decisions.",
  available: () => true,
  params: () => fc.record({ process: anyProcess }),
  schema: z.strictObject({ process: processPick }),
  minMs: 1000,
  start(params, { world, until }) {
    const process = processOf(params.process, world);
    return { until, ...(process !== undefined && { process }) };
  },
  stop: () => undefined,
  onMessage: (_params, message, now, { process, until }) =>
    message.process === process && now < until ? { do: "delay", by: until - now } : pass,
  heartbeats: (_params, { process }) => heartbeatsOf(process),
  harm: (_params, { process = "a process" }) => ({ kind: "fault", what: `${process} was paused` }),
};
