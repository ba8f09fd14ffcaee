import { cast } from "../base/units.ts";
import { failure } from "../apiserver/failure.ts";
import { eventBody, PLAIN } from "../apiserver/http/form.ts";
import { handleHttp } from "../apiserver/http/http.ts";
import type { HttpRequest } from "../apiserver/http/http.ts";
import { answerClock } from "./clock/clock-api.ts";
import type { Edge } from "./edge.ts";
import { BODY_MAX, readBody } from "./http/body.ts";
import { backendOf, contextOf } from "./http/exchange.ts";
import type { Exchange } from "./http/exchange.ts";
import { refusal } from "./http/reply.ts";
import type { Reply } from "./http/reply.ts";
import { toVirtual } from "./http/timestamps.ts";
import { answerTokenRequest } from "./identity/token-request.ts";
import { answerTokenReview } from "./identity/token-review.ts";
import { answerMetrics } from "./metrics/metrics.ts";
import { answerResourceMetrics } from "./metrics/resource-metrics.ts";
import { answerOpenApi } from "./openapi/openapi.ts";
import { answerPods } from "./pods/pods.ts";
import { decodeProtobuf } from "./protobuf/decode.ts";
import { answerUi } from "./ui/ui.ts";

const PROTOBUF = "application/vnd.kubernetes.protobuf";

/** Answers an authenticated request; undefined when the answer is a stream that goes on by itself. */
export async function answer(edge: Edge, exchange: Exchange): Promise<Reply | undefined> {
  const { path, request } = exchange;
  const read = request.method === "GET" || request.method === "HEAD";
  if (read) {
    const document = discovery(edge, exchange) ?? answerOpenApi(edge, exchange) ?? answerUi(exchange);
    if (document !== undefined) return document;
    if (path === "/metrics") return answerMetrics(edge, exchange);
  }
  if (path.startsWith("/apis/metrics.k8s.io/")) return answerResourceMetrics(exchange);
  const inPod = answerPods(edge, exchange);
  if (inPod === "handled") return undefined;
  if (inPod !== undefined) return inPod;
  const body = read ? undefined : await readBody(request);
  if (body === "broken") return refusal(failure(400, "BadRequest", "the body of the request could not be read"));
  if (body === "too large")
    return refusal(failure(413, "RequestEntityTooLarge", `Request entity too large: limit is ${BODY_MAX}`));
  const asked = httpRequest(exchange, body);
  if (typeof asked === "string") return refusal(failure(400, "BadRequest", asked));
  edge.simulation.catchUp();
  return (
    answerTokenRequest(edge, exchange, asked) ??
    answerTokenReview(edge, exchange, asked) ??
    (await answerClock(exchange, asked)) ??
    answerObjects(edge, exchange, asked)
  );
}

/** Requests about stored objects: the API server answers them. */
function answerObjects(
  edge: Edge,
  { simulation, request, response, query }: Exchange,
  asked: HttpRequest,
): Reply | undefined {
  const answered = handleHttp(backendOf(simulation), asked, contextOf(simulation));
  const { code, body, warnings, watch, type, form = PLAIN } = answered;
  if (watch === undefined) {
    const status = cast<{ readonly kind?: string; readonly details?: { readonly retryAfterSeconds?: number } }>(body);
    const after = status.details?.retryAfterSeconds;
    return {
      code,
      body,
      warnings,
      ...(type !== undefined && { type }),
      ...(after !== undefined && { headers: { "Retry-After": String(after) } }),
    };
  }
  const timeout = Number(query.get("timeoutSeconds") ?? "");
  let isFirst = true;
  edge.streams.open(request, response, watch, {
    bookmarks: ["true", "1"].includes(query.get("allowWatchBookmarks") ?? ""),
    render: (event) => {
      const rendered = eventBody(form, event, simulation.now, isFirst);
      isFirst = false;
      return rendered;
    },
    ...(timeout > 0 && { timeoutSeconds: timeout }),
  });
  return undefined;
}

/** What the API server's HTTP face reads; a text when the body cannot be decoded. */
function httpRequest({ simulation, request, user }: Exchange, body: Buffer | undefined): HttpRequest | string {
  const headers: { [name: string]: string } = {};
  const { accept, "content-type": type } = request.headers;
  if (accept !== undefined) headers["Accept"] = accept;
  if (type !== undefined) headers["Content-Type"] = type;
  const agent = request.headers["user-agent"];
  if (agent !== undefined) headers["User-Agent"] = agent;
  const head = { method: request.method ?? "GET", path: request.url ?? "/", headers, user };
  if (body === undefined || body.length === 0) return head;
  if (type?.startsWith(PROTOBUF) === true) {
    const decoded = decodeProtobuf(body);
    if (typeof decoded === "string") return decoded;
    return { ...head, body: JSON.parse(toVirtual(JSON.stringify(decoded), simulation.offset)) as unknown };
  }
  return { ...head, text: toVirtual(body.toString("utf8"), simulation.offset) };
}

const AGGREGATED = /as=APIGroupDiscoveryList/;

function discovery({ documents }: Edge, { path, request }: Exchange): Reply | undefined {
  const trimmed = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  const { aggregated, plain } = documents.discovery;
  const accept = request.headers.accept ?? "";
  const together = AGGREGATED.test(accept) ? aggregated.get(trimmed) : undefined;
  if (together !== undefined)
    return {
      code: 200,
      body: together,
      type: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
      headers: { Vary: "Accept" },
    };
  const alone = plain.get(trimmed);
  if (alone !== undefined) return { code: 200, body: alone, type: "application/json", headers: { Vary: "Accept" } };
  if (trimmed === "/")
    return {
      code: 200,
      body: {
        paths: [
          "/api",
          "/apis",
          "/healthz",
          "/livez",
          "/metrics",
          "/openapi/v2",
          "/openapi/v3",
          "/readyz",
          "/ui",
          "/version",
        ],
      },
    };
  return undefined;
}
