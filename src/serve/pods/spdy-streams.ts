import type { Socket } from "node:net";
import { CHANNEL, exitStatus } from "./channels.ts";
import type { RemoteStreams } from "./channels.ts";
import { SpdyConnection } from "./spdy.ts";
import type { SpdyStream } from "./spdy.ts";

/** Protocol of remote commands over SPDY: the exit code is told as a Status. */
export const SPDY_PROTOCOL = "v4.channel.k8s.io";

const NAMES: { readonly [channel: number]: string } = {
  [CHANNEL.stdout]: "stdout",
  [CHANNEL.stderr]: "stderr",
  [CHANNEL.error]: "error",
};

/** A remote command's streams over SPDY/3.1, as clients from before 1.30 open them. */
export class SpdyStreams implements RemoteStreams {
  readonly #connection: SpdyConnection;
  readonly #socket: Socket;
  readonly #streams = new Map<string, SpdyStream>();
  onInput: (bytes: Buffer) => void = () => undefined;
  onInputEnd: () => void = () => undefined;
  onGone: () => void = () => undefined;

  /** Calls `ready` when the client has opened so many streams. */
  constructor(socket: Socket, expected: number, ready: (streams: SpdyStreams) => void) {
    this.#socket = socket;
    const isInput = (stream: SpdyStream): boolean => stream.headers.get("streamtype") === "stdin";
    this.#connection = new SpdyConnection((bytes) => socket.write(bytes), {
      opened: (stream) => {
        this.#streams.set(stream.headers.get("streamtype") ?? "", stream);
        if (this.#streams.size === expected) ready(this);
      },
      data: (stream, bytes) => {
        if (isInput(stream)) this.onInput(bytes);
      },
      ended: (stream) => {
        if (isInput(stream)) this.onInputEnd();
      },
    });
    socket.on("data", (bytes: Buffer) => this.#connection.take(bytes));
    socket.on("close", () => {
      this.#connection.close();
      this.onGone();
    });
  }

  write(channel: number, text: string | Buffer): void {
    const stream = this.#streams.get(NAMES[channel] ?? "");
    if (stream !== undefined && text.length > 0) this.#connection.send(stream, Buffer.from(text));
  }

  exit(code: number): void {
    this.write(CHANNEL.error, JSON.stringify(exitStatus(code)));
    for (const stream of this.#streams.values()) this.#connection.send(stream, Buffer.alloc(0), true);
    this.#socket.end();
  }
}

/** How many streams a client opens for a command. */
export function expectedStreams(query: URLSearchParams): number {
  const on = (name: string): number => (query.get(name) === "true" ? 1 : 0);
  const tty = on("tty");
  return 1 + on("stdin") + on("stdout") + (tty === 1 ? 0 : on("stderr")) + tty;
}
