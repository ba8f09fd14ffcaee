import type { IncomingMessage } from "node:http";
import { gunzipSync } from "node:zlib";

/** Largest body that kube-apiserver reads: 3 MiB. */
export const BODY_MAX = 3_145_728;

/** The bytes of a request's body, or why there are none: too many of them, or the client went away. */
export function readBody(request: IncomingMessage): Promise<Buffer | "too large" | "broken"> {
  return new Promise((resolve) => {
    if (Number(request.headers["content-length"] ?? 0) > BODY_MAX) return resolve("too large");
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > BODY_MAX) {
        request.removeAllListeners("data");
        request.resume();
        resolve("too large");
      } else chunks.push(chunk);
    });
    request.on("end", () => resolve(unpacked(Buffer.concat(chunks), request.headers["content-encoding"])));
    request.on("error", () => resolve("broken"));
    request.on("aborted", () => resolve("broken"));
  });
}

function unpacked(bytes: Buffer, encoding: string | undefined): Buffer | "too large" | "broken" {
  if (encoding !== "gzip") return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: BODY_MAX });
  } catch {
    return "broken";
  }
}
