import type { IncomingMessage, ServerResponse } from "node:http";
import { gzip } from "node:zlib";
import { stringify } from "yaml";
import { UNKNOWN_RESOURCE } from "../../apiserver/failure.ts";
import type { Failure } from "../../apiserver/failure.ts";
import { toWall } from "./timestamps.ts";

/** An answer that is there as a whole. */
export interface Reply {
  readonly code: number;
  /** An object goes out as JSON or YAML, a text as it is. */
  readonly body: unknown;
  /** Content-Type; told from the body when absent. */
  readonly type?: string;
  readonly warnings?: readonly string[];
  readonly headers?: { readonly [name: string]: string };
}

/** Shorter answers are not worth compressing: the limit that kube-apiserver has, 128 KiB. */
const GZIP_FROM = 128 * 1024;

/** A refusal as a reply. */
export function refusal({ status }: Failure): Reply {
  const { retryAfterSeconds } = status.details ?? {};
  return {
    code: status.code,
    body: status,
    ...(retryAfterSeconds !== undefined && { headers: { "Retry-After": String(retryAfterSeconds) } }),
  };
}

/** The answer where nothing is. */
export const NOTHING_HERE: Reply = refusal(UNKNOWN_RESOURCE);

/** Sends a reply; `offset` is what virtual timestamps are behind the wall's clock. */
export function send(request: IncomingMessage, response: ServerResponse, reply: Reply, offset: number): void {
  const [text, type] = encode(reply, request.headers.accept ?? "", offset);
  const headers: { [name: string]: string | string[] } = {
    "Content-Type": reply.type ?? type,
    "Cache-Control": "no-cache, private",
    ...reply.headers,
  };
  if (reply.warnings !== undefined && reply.warnings.length > 0)
    headers["Warning"] = reply.warnings.map((warning) => `299 - ${JSON.stringify(oneLine(warning))}`);
  const finish = (bytes: Buffer): void => {
    if (response.destroyed || response.headersSent) return;
    response.writeHead(reply.code, { ...headers, "Content-Length": String(bytes.length) });
    response.end(request.method === "HEAD" ? undefined : bytes);
  };
  const bytes = Buffer.isBuffer(text) ? text : Buffer.from(text);
  const wantsGzip = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
  if (!wantsGzip || bytes.length < GZIP_FROM || reply.headers?.["Content-Encoding"] !== undefined) return finish(bytes);
  gzip(bytes, { level: 1 }, (error, packed) => {
    if (error !== null) return finish(bytes);
    headers["Content-Encoding"] = "gzip";
    headers["Vary"] = "Accept-Encoding";
    finish(packed);
  });
}

function encode({ body }: Reply, accept: string, offset: number): readonly [string | Buffer, string] {
  if (Buffer.isBuffer(body)) return [body, "application/octet-stream"];
  if (typeof body === "string") return [body, "text/plain; charset=utf-8"];
  const json = toWall(JSON.stringify(body), offset);
  if (!prefersYaml(accept)) return [json, contentType(accept, body)];
  return [stringify(JSON.parse(json), { lineWidth: 0 }), "application/yaml"];
}

/** The parameters of a form that was asked for come back in the type of the answer. */
function contentType(accept: string, body: unknown): string {
  const kind = typeof body === "object" && body !== null ? (body as { readonly kind?: unknown }).kind : undefined;
  const wanted = accept.split(",").find((part) => part.includes(`as=${String(kind)}`));
  return wanted === undefined ? "application/json" : wanted.replaceAll(" ", "");
}

function prefersYaml(accept: string): boolean {
  const types = accept.split(",").map((part) => part.split(";")[0]?.trim());
  const yaml = types.indexOf("application/yaml");
  const json = types.findIndex((type) => type === "application/json" || type === "*/*");
  return yaml >= 0 && (json < 0 || yaml < json);
}

function oneLine(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, " ");
}
