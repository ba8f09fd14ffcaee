import type { Request } from "../api/request.ts";
import type { Core } from "./core.ts";
import type { ProcessState } from "./process.ts";
import type { Message, Verdict } from "./world.ts";

const PASS: Verdict = { do: "pass" };

/** What becomes of a message between a process and its API server: the harness decides, else it passes. */
export function judge(
  core: Core,
  process: ProcessState,
  direction: Message["direction"],
  kind: Message["kind"],
  request: Request,
): Verdict {
  const { verdict } = core.hooks;
  if (verdict === undefined) return PASS;
  return verdict({
    process: process.name,
    direction,
    kind,
    verb: request.verb,
    resource: request.resource,
    ...(process.node !== undefined && { node: process.node }),
    ...(request.name !== undefined && { name: request.name }),
    ...(request.namespace !== undefined && { namespace: request.namespace }),
  });
}
