import fc from "fast-check";
import { z } from "zod";
import type { Fault } from "./fault.ts";

interface Params {
  /** Compacts after every so many writes. */
  readonly everyWrites: number;
}

interface Memory {
  writes: number;
}

/** etcd forgets its history again and again: a watch that is not at the newest revision may be answered 410 Gone. */
export const compaction: Fault<Params, Memory> = {
  name: "compaction",
  catalogue: ["F7"],
  statement: "etcd is compacted to the newest revision after every few writes.",
  available: () => true,
  params: () => fc.record({ everyWrites: fc.integer({ min: 1, max: 20 }) }),
  schema: z.strictObject({ everyWrites: z.int().min(1).default(1) }),
  minMs: 1000,
  start: () => ({ writes: 0 }),
  onChange({ everyWrites }, _change, { id, now, levers }, memory) {
    memory.writes += 1;
    if (memory.writes % everyWrites === 0) levers.wakeFault(id, now);
  },
  wake: (_params, { levers }) => levers.compact(),
  stop: () => undefined,
  harm: ({ everyWrites }) => ({
    kind: "fault",
    what: `etcd was compacted after every ${everyWrites === 1 ? "write" : `${everyWrites} writes`}`,
  }),
};
