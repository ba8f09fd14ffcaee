import type { WebSocket, RawData } from "ws";

/** The streams of a remote command, multiplexed by the first byte of each message. */
export const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** Protocols that are spoken, best first. v5 can also tell that the standard input has ended. */
export const PROTOCOLS: readonly string[] = ["v5.channel.k8s.io", "v4.channel.k8s.io", "channel.k8s.io"];

/** A client may leave so many bytes unread before it is cut off. */
const UNREAD_MAX = 8 * 1024 * 1024;

/** The far end of a remote command's streams, however they are carried. */
export interface RemoteStreams {
  onInput: (bytes: Buffer) => void;
  onInputEnd: () => void;
  onGone: () => void;
  write(channel: number, text: string | Buffer): void;
  /** Tells the exit code, and ends. */
  exit(code: number): void;
}

/** What is told of a command that has ended. */
export function exitStatus(code: number): object {
  if (code === 0) return { metadata: {}, status: "Success" };
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}

/** A remote command's streams in a WebSocket. */
export class Channels implements RemoteStreams {
  readonly #socket: WebSocket;
  onInput: (bytes: Buffer) => void = () => undefined;
  onInputEnd: () => void = () => undefined;
  onGone: () => void = () => undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: RawData) => {
      const bytes = bytesOf(data);
      if (bytes[0] === CHANNEL.stdin) this.onInput(bytes.subarray(1));
      else if (bytes[0] === CHANNEL.close && bytes[1] === CHANNEL.stdin) this.onInputEnd();
    });
    socket.on("close", () => this.onGone());
    socket.on("error", () => socket.terminate());
  }

  write(channel: number, text: string | Buffer): void {
    if (text.length === 0 || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
    if (this.#socket.bufferedAmount > UNREAD_MAX) this.#socket.terminate();
  }

  exit(code: number): void {
    // Before its fourth version the protocol has no word for an end that went well, and a plain text for another.
    if (this.#socket.protocol !== PROTOCOLS.at(-1)) this.write(CHANNEL.error, JSON.stringify(exitStatus(code)));
    else if (code !== 0) this.write(CHANNEL.error, `command terminated with non-zero exit code: exit status ${code}`);
    this.#socket.close(1000);
  }
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
