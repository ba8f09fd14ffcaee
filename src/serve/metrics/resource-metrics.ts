import { NOTHING_HERE } from "../http/reply.ts";
import type { Exchange } from "../http/exchange.ts";
import type { Reply } from "../http/reply.ts";

/** metrics.k8s.io. */
export function answerResourceMetrics(_exchange: Exchange): Reply {
  return NOTHING_HERE;
}
