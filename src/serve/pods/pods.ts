import type { Edge } from "../edge.ts";
import type { Exchange } from "../http/exchange.ts";
import type { Reply } from "../http/reply.ts";

/** logs etc. */
export function answerPods(_edge: Edge, _exchange: Exchange): Promise<Reply | "handled" | undefined> {
  return Promise.resolve(undefined);
}
