import fc from "fast-check";
import { z } from "zod";
import { whole } from "../plan/fields.ts";
import { pass } from "./fault.ts";
import type { Fault } from "./fault.ts";
import { anyProcess, heartbeatsOf, processOf, processPick } from "./pick.ts";
import type { ProcessPick } from "./pick.ts";

interface Params {
  readonly process: ProcessPick;
  /** The answer to the n-th write from now on is the first to get lost. */
  readonly nth: number;
  /** How many answers in a row. */
  readonly count: number;
}

interface Memory {
  readonly process?: string;
  seen: number;
}

/** The write is committed, but its answer never arrives: the client cannot know. */
export const ambiguousOutcome: Fault<Params, Memory> = {
  name: "ambiguous-outcome",
  catalogue: ["F2"],
  statement: "A write is committed but its answer is lost.",
  available: () => true,
  params: () =>
    fc.record({ process: anyProcess, nth: fc.integer({ min: 1, max: 12 }), count: fc.integer({ min: 1, max: 3 }) }),
  schema: z.strictObject({ process: processPick, nth: whole(1).default(1), count: whole(1).default(1) }),
  minMs: 10_000,
  start(params, { world }) {
    const process = processOf(params.process, world);
    return { seen: 0, ...(process !== undefined && { process }) };
  },
  stop: () => undefined,
  onMessage(params, message, _now, memory) {
    if (message.process !== memory.process || message.kind !== "response" || message.direction !== "from-server")
      return pass;
    if (message.verb === undefined || message.verb === "get" || message.verb === "list" || message.verb === "watch")
      return pass;
    memory.seen += 1;
    return memory.seen >= params.nth && memory.seen < params.nth + params.count ? { do: "drop" } : pass;
  },
  heartbeats: (_params, { process }) => heartbeatsOf(process),
  harm: (_params, { process = "a process" }) => ({ kind: "fault", what: `answers to ${process} were lost` }),
};
