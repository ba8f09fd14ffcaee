import { badRequest } from "../../apiserver/failure.ts";
import type { Edge } from "../edge.ts";
import type { Exchange } from "../http/exchange.ts";
import { refusal } from "../http/reply.ts";
import type { Reply } from "../http/reply.ts";
import { answerLogs } from "./logs.ts";
import { answerProxy } from "./proxy.ts";

const POD = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/(log|exec|attach|portforward)$/;

/** What a kubelet would answer: logs, and HTTP through the API server. "handled": the answer streams on by itself. */
export function answerPods(edge: Edge, exchange: Exchange): Reply | "handled" | undefined {
  const [, namespace, name, what] = POD.exec(exchange.path) ?? [];
  if (namespace === undefined || name === undefined) return answerProxy(edge, exchange);
  if (what === "log")
    return exchange.request.method === "GET" ? answerLogs(edge, exchange, namespace, name) : undefined;
  return refusal(badRequest("Upgrade request required"));
}
