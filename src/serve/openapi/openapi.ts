import { gunzipSync, gzipSync } from "node:zlib";
import type { Edge } from "../edge.ts";
import type { Exchange } from "../http/exchange.ts";
import type { Reply } from "../http/reply.ts";
import type { Documents } from "./documents.ts";
import { v2Definitions, v2Json, v2Protobuf } from "./v2.ts";

const V2_PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
const ASKS_PROTOBUF = /application\/com\.github\.proto-openapi\.spec\.v2@?\.?v1\.0\+protobuf/;

/** The two forms of the v2 document, made when somebody asks. */
interface V2 {
  readonly json: Buffer;
  readonly protobuf: Buffer;
}

const made = new WeakMap<Documents, V2>();

/** Answers /openapi/v2, /openapi/v3 and the documents below it. */
export function answerOpenApi({ documents }: Edge, { path, request }: Exchange): Reply | undefined {
  const packs = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
  if (path === "/openapi/v3") return { code: 200, body: documents.index, type: "text/plain; charset=utf-8" };
  if (path === "/openapi/v2") {
    const { json, protobuf } = v2Of(documents);
    const binary = ASKS_PROTOBUF.test(request.headers.accept ?? "");
    return packedReply(binary ? protobuf : json, binary ? V2_PROTOBUF : "application/json", packs);
  }
  if (!path.startsWith("/openapi/v3/")) return undefined;
  const packed = documents.group(path.slice("/openapi/v3/".length));
  return packed === undefined ? undefined : packedReply(packed, "application/json", packs);
}

function packedReply(packed: Buffer, type: string, packs: boolean): Reply {
  const headers = { Vary: "Accept, Accept-Encoding" };
  if (!packs) return { code: 200, body: gunzipSync(packed), type, headers };
  return { code: 200, body: packed, type, headers: { ...headers, "Content-Encoding": "gzip" } };
}

function v2Of(documents: Documents): V2 {
  let found = made.get(documents);
  if (found === undefined) {
    const definitions = v2Definitions(documents);
    found = { json: gzipSync(JSON.stringify(v2Json(definitions))), protobuf: gzipSync(v2Protobuf(definitions)) };
    made.set(documents, found);
  }
  return found;
}
