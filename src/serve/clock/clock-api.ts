import type { HttpRequest } from "../../apiserver/http/http.ts";
import type { Exchange } from "../http/exchange.ts";
import type { Reply } from "../http/reply.ts";

/** shakedown.dev/v1 */
export function answerClock(_exchange: Exchange, _asked: HttpRequest): Promise<Reply | undefined> {
  return Promise.resolve(undefined);
}
