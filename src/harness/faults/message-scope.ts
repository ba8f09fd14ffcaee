import fc from "fast-check";
import { z } from "zod";
import type { Message, World } from "../../cluster/world.ts";
import { word } from "../plan/fields.ts";
import { anyProcess, processOf, processPick } from "./pick.ts";
import type { ProcessPick } from "./pick.ts";

/** Which messages a network fault is about: those of one process, or all but the user's; of one kind, or all. */
export interface MessageScope {
  readonly process: ProcessPick | "all";
  readonly kind: Message["kind"] | "any";
}

const kind = word("request", "response", "watch", "any");

/** The fields of a scope in a fault's schema. */
export const scopeFields: {
  readonly process: z.ZodType<MessageScope["process"]>;
  readonly kind: z.ZodType<MessageScope["kind"]>;
} = {
  process: processPick.default("all"),
  kind: kind.default("any"),
};

/** Any scope. */
export const anyScope: {
  readonly process: fc.Arbitrary<MessageScope["process"]>;
  readonly kind: fc.Arbitrary<MessageScope["kind"]>;
} = {
  process: fc.oneof(anyProcess, fc.constant("all")),
  kind: fc.constantFrom("request", "response", "watch", "any"),
};

/** The process that is meant, "all", or undefined when it does not exist. */
export function scopeOf(scope: MessageScope, world: World): string | undefined {
  return scope.process === "all" ? "all" : processOf(scope.process, world);
}

/** Whether a message belongs to the scope whose process is `process`. */
export function inScope(message: Message, scope: MessageScope, process: string | undefined): boolean {
  if (scope.kind !== "any" && message.kind !== scope.kind) return false;
  return process === "all" ? message.process !== "kubectl" : message.process === process;
}
