import fc from "fast-check";
import { z } from "zod";
import { probability, whole } from "../plan/fields.ts";
import { diceOf, roll } from "./dice.ts";
import type { Dice } from "./dice.ts";
import { pass } from "./fault.ts";
import type { Fault } from "./fault.ts";
import { heartbeatsOf } from "./pick.ts";
import { anyScope, inScope, scopeFields, scopeOf } from "./message-scope.ts";
import type { MessageScope } from "./message-scope.ts";

interface Params extends MessageScope {
  /** Share of the messages that get lost. */
  readonly share: number;
  readonly seed: number;
}

interface Memory {
  readonly process?: string;
  readonly dice: Dice;
}

/** Loses a share of the messages: lost requests and answers time out, a lost watch event breaks the stream. */
export const messageLoss: Fault<Params, Memory> = {
  name: "message-loss",
  catalogue: ["F12", "F11"],
  statement: "A share of the messages is lost.",
  available: () => true,
  params: () => fc.record({ ...anyScope, share: fc.constantFrom(0.01, 0.05, 0.2, 0.5), seed: fc.nat({ max: 9999 }) }),
  schema: z.strictObject({ ...scopeFields, share: probability.default(0.1), seed: whole(0).default(0) }),
  minMs: 1000,
  start(params, { world }) {
    const process = scopeOf(params, world);
    return { dice: diceOf(params.seed), ...(process !== undefined && { process }) };
  },
  stop: () => undefined,
  onMessage: (params, message, _now, memory) =>
    inScope(message, params, memory.process) && roll(memory.dice) < params.share ? { do: "drop" } : pass,
  heartbeats: (_params, { process }) => heartbeatsOf(process),
  harm: (_params, { process = "no process" }) => ({
    kind: "fault",
    what: `messages of ${process === "all" ? "all processes" : process} were lost`,
  }),
};
