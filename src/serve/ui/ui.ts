import type { Exchange } from "../http/exchange.ts";
import type { Reply } from "../http/reply.ts";

/** /ui */
export function answerUi(_exchange: Exchange): Reply | undefined {
  return undefined;
}
