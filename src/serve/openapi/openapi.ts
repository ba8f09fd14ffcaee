import { gunzipSync } from "node:zlib";
import type { Edge } from "../edge.ts";
import type { Exchange } from "../http/exchange.ts";
import type { Reply } from "../http/reply.ts";

/** Answers /openapi/v3 and the documents below it. */
export function answerOpenApi({ documents }: Edge, { path, request }: Exchange): Reply | undefined {
  if (path === "/openapi/v3") return { code: 200, body: documents.index, type: "text/plain; charset=utf-8" };
  if (!path.startsWith("/openapi/v3/")) return undefined;
  const packed = documents.group(path.slice("/openapi/v3/".length));
  if (packed === undefined) return undefined;
  const type = "application/json";
  if (/\bgzip\b/.test(String(request.headers["accept-encoding"] ?? "")))
    return { code: 200, body: packed, type, headers: { "Content-Encoding": "gzip", Vary: "Accept-Encoding" } };
  return { code: 200, body: gunzipSync(packed), type };
}
