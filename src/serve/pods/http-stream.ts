import type { Pod } from "../../api/types/core-v1.ts";
import type { Edge } from "../edge.ts";
import { answerIn } from "./call.ts";

const HEAD_MAX = 64 * 1024;

/** HTTP/1.1 on a byte stream to a pod's port: requests come in pieces, answers go out whole. */
export class HttpStream {
  readonly #edge: Edge;
  readonly #pod: Pod;
  readonly #port: number;
  readonly #write: (bytes: Buffer) => void;
  readonly #end: () => void;
  #pending: Buffer = Buffer.alloc(0);

  constructor(edge: Edge, pod: Pod, port: number, write: (bytes: Buffer) => void, end: () => void) {
    this.#edge = edge;
    this.#pod = pod;
    this.#port = port;
    this.#write = write;
    this.#end = end;
  }

  /** Takes bytes from the client and answers every request that is complete. */
  take(bytes: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    for (;;) {
      const end = this.#pending.indexOf("\r\n\r\n");
      if (end < 0) {
        if (this.#pending.length > HEAD_MAX) this.#end();
        return;
      }
      const head = this.#pending.subarray(0, end).toString("latin1");
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (this.#pending.length < end + 4 + length) return;
      this.#pending = this.#pending.subarray(end + 4 + length);
      if (!this.#answer(head)) return;
    }
  }

  #answer(head: string): boolean {
    const [, method = "GET", path = "/"] = /^([A-Z]+) (\S+) HTTP\/1\.[01]/.exec(head) ?? [];
    const answer = answerIn(this.#edge, this.#pod, this.#port, { method, path });
    if ("failure" in answer) {
      this.#end();
      return false;
    }
    const close = /\r\nconnection: *close/i.test(head);
    const body = Buffer.from(answer.body);
    const lines = [
      `HTTP/1.1 ${answer.code} ${answer.code === 200 ? "OK" : "Not Found"}`,
      `Content-Type: ${answer.type}`,
      `Content-Length: ${body.length}`,
      `Connection: ${close ? "close" : "keep-alive"}`,
    ];
    this.#write(
      Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), method === "HEAD" ? Buffer.alloc(0) : body]),
    );
    if (close) this.#end();
    return !close;
  }
}
