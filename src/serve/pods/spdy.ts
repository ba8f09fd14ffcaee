import { constants, createDeflate, createInflate } from "node:zlib";
import type { Deflate, Inflate } from "node:zlib";
import { SPDY_DICTIONARY } from "./spdy-dictionary.ts";

/** A stream of a SPDY connection as its receiver sees it. */
export interface SpdyStream {
  readonly id: number;
  readonly headers: ReadonlyMap<string, string>;
}

/** What happens on a connection. */
export interface SpdyEvents {
  opened(stream: SpdyStream): void;
  data(stream: SpdyStream, bytes: Buffer): void;
  /** The client sends no more on a stream. */
  ended(stream: SpdyStream): void;
}

const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const HEAD = 8;
const FIN = 1;
const VERSION = 0x8003;
const FRAME_MAX = 1024 * 1024;
const STREAMS_MAX = 1024;

/** The receiving end of SPDY/3.1 as far as port-forward speaks it: streams both ways, pings, no flow control. */
export class SpdyConnection {
  readonly #write: (bytes: Buffer) => void;
  readonly #events: SpdyEvents;
  readonly #inflate: Inflate;
  readonly #deflate: Deflate;
  readonly #streams = new Map<number, SpdyStream>();
  #pending: Buffer = Buffer.alloc(0);
  #work: Promise<void> = Promise.resolve();
  #broken = false;

  constructor(write: (bytes: Buffer) => void, events: SpdyEvents) {
    this.#write = write;
    this.#events = events;
    const flush = { dictionary: SPDY_DICTIONARY, flush: constants.Z_SYNC_FLUSH };
    this.#inflate = createInflate({ ...flush, finishFlush: constants.Z_SYNC_FLUSH });
    this.#deflate = createDeflate(flush);
    this.#inflate.on("error", () => (this.#broken = true));
    this.#deflate.on("error", () => (this.#broken = true));
  }

  /** Takes bytes from the client. */
  take(bytes: Buffer): void {
    this.#work = this.#work
      .then(() => this.#consume(bytes))
      .catch(() => {
        this.#broken = true;
      });
  }

  send(stream: SpdyStream, bytes: Buffer, end = false): void {
    if (!this.#streams.has(stream.id)) return;
    const head = Buffer.alloc(HEAD);
    head.writeUInt32BE(stream.id & 0x7fffffff, 0);
    head.writeUInt32BE(((end ? FIN : 0) << 24) | bytes.length, 4);
    this.#write(Buffer.concat([head, bytes]));
  }

  reset(stream: SpdyStream): void {
    const body = Buffer.alloc(8);
    body.writeUInt32BE(stream.id, 0);
    body.writeUInt32BE(5, 4);
    this.#control(RST_STREAM, body);
    this.#streams.delete(stream.id);
  }

  close(): void {
    this.#broken = true;
    this.#inflate.close();
    this.#deflate.close();
  }

  async #consume(bytes: Buffer): Promise<void> {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    while (!this.#broken && this.#pending.length >= HEAD) {
      const word = this.#pending.readUInt32BE(0);
      const flags = this.#pending[4] ?? 0;
      const length = this.#pending.readUIntBE(5, 3);
      if (length > FRAME_MAX) throw new Error("a frame is too large");
      if (this.#pending.length < HEAD + length) return;
      const body = this.#pending.subarray(HEAD, HEAD + length);
      this.#pending = this.#pending.subarray(HEAD + length);
      if (word >>> 31 === 0) this.#data(word & 0x7fffffff, body, flags);
      else await this.#frame(word & 0xffff, body, flags);
    }
  }

  #data(id: number, body: Buffer, flags: number): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    if (body.length > 0) this.#events.data(stream, body);
    if ((flags & FIN) !== 0) this.#events.ended(stream);
  }

  async #frame(type: number, body: Buffer, flags: number): Promise<void> {
    if (type === PING) return this.#control(PING, body);
    if (type === RST_STREAM) {
      this.#streams.delete(body.readUInt32BE(0));
      return;
    }
    if (type !== SYN_STREAM) return;
    const id = body.readUInt32BE(0);
    const headers = parseHeaders(await through(this.#inflate, body.subarray(10)));
    if (this.#streams.size >= STREAMS_MAX) throw new Error("too many streams");
    const stream = { id, headers };
    this.#streams.set(id, stream);
    const reply = Buffer.alloc(4);
    reply.writeUInt32BE(id, 0);
    this.#control(SYN_REPLY, Buffer.concat([reply, await through(this.#deflate, Buffer.alloc(4))]));
    this.#events.opened(stream);
    if ((flags & FIN) !== 0) this.#events.ended(stream);
  }

  #control(type: number, body: Buffer): void {
    const head = Buffer.alloc(HEAD);
    head.writeUInt16BE(VERSION, 0);
    head.writeUInt16BE(type, 2);
    head.writeUInt32BE(body.length, 4);
    this.#write(Buffer.concat([head, body]));
  }
}

/** What comes out of a running (de)compressor for one piece of input. */
function through(stream: Inflate | Deflate, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const take = (chunk: Buffer): void => void chunks.push(chunk);
    stream.on("data", take);
    stream.write(bytes, (error) => {
      stream.off("data", take);
      if (error === null || error === undefined) resolve(Buffer.concat(chunks));
      else reject(error);
    });
  });
}

function parseHeaders(block: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let at = 4;
  const text = (): string => {
    const length = block.readUInt32BE(at);
    at += 4 + length;
    return block.subarray(at - length, at).toString("latin1");
  };
  for (let left = block.readUInt32BE(0); left > 0; left -= 1) {
    const name = text();
    headers.set(name.toLowerCase(), text());
  }
  return headers;
}
