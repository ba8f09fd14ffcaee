import fc from "fast-check";
import { z } from "zod";
import type { Millis } from "../../base/units.ts";
import { duration, whole } from "../plan/fields.ts";
import { diceOf, roll } from "./dice.ts";
import type { Dice } from "./dice.ts";
import { pass } from "./fault.ts";
import type { Fault } from "./fault.ts";
import { heartbeatsOf } from "./pick.ts";
import { anyScope, inScope, scopeFields, scopeOf } from "./message-scope.ts";
import type { MessageScope } from "./message-scope.ts";

interface Params extends MessageScope {
  readonly minMs: Millis;
  readonly maxMs: Millis;
  readonly seed: number;
}

interface Memory {
  readonly process?: string;
  readonly dice: Dice;
}

/** Slows messages down, each by its own draw, so that they overtake each other. */
export const messageDelay: Fault<Params, Memory> = {
  name: "message-delay",
  catalogue: ["F12"],
  statement: "Messages take longer, each by its own draw.",
  available: () => true,
  params: () =>
    fc
      .record({ ...anyScope, seed: fc.nat({ max: 9999 }), maxMs: fc.constantFrom(10, 100, 1000, 5000, 20_000) })
      .map((chosen) => ({ ...chosen, minMs: 0 })),
  schema: z
    .strictObject({
      ...scopeFields,
      minMs: duration.default(0),
      maxMs: duration.default(1000),
      seed: whole(0).default(0),
    })
    .refine((params) => params.minMs <= params.maxMs, { error: "expected minMs to be at most maxMs" }),
  minMs: 1000,
  start(params, { world }) {
    const process = scopeOf(params, world);
    return { dice: diceOf(params.seed), ...(process !== undefined && { process }) };
  },
  stop: () => undefined,
  onMessage(params, message, _now, memory) {
    if (!inScope(message, params, memory.process)) return pass;
    const by = params.minMs + Math.floor(roll(memory.dice) * (params.maxMs - params.minMs + 1));
    return by === 0 ? pass : { do: "delay", by };
  },
  heartbeats: (_params, { process }) => heartbeatsOf(process),
  harm: (_params, { process = "no process" }) => ({
    kind: "fault",
    what: `messages of ${process === "all" ? "all processes" : process} were slow`,
  }),
};
