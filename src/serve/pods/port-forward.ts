import type { RawData, WebSocket } from "ws";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Edge } from "../edge.ts";
import { HttpStream } from "./http-stream.ts";
import { SpdyConnection } from "./spdy.ts";
import type { SpdyStream } from "./spdy.ts";

/** kubectl's port-forward: SPDY inside of a WebSocket. */
export const TUNNEL = "SPDY/3.1+portforward.k8s.io";

/** Serves connections that come as streams of a SPDY connection inside of a WebSocket. */
export function forwardTunnel(edge: Edge, pod: Pod, socket: WebSocket): void {
  const connection = forwardSpdy(edge, pod, (bytes) => socket.send(bytes));
  socket.on("message", (data: RawData) => connection.take(bytesOf(data)));
  socket.on("close", () => connection.close());
}

/** Serves the streams of a SPDY connection: an error and a data stream for each connection that is forwarded. */
export function forwardSpdy(edge: Edge, pod: Pod, write: (bytes: Buffer) => void): SpdyConnection {
  const flows = new Map<number, HttpStream>();
  const errors = new Map<string, SpdyStream>();
  const finish = (stream: SpdyStream): void => {
    if (!flows.delete(stream.id)) return;
    connection.send(stream, Buffer.alloc(0), true);
    const error = errors.get(stream.headers.get("requestid") ?? "");
    if (error !== undefined) connection.send(error, Buffer.alloc(0), true);
  };
  const connection: SpdyConnection = new SpdyConnection(write, {
    opened(stream) {
      const { headers } = stream;
      if (headers.get("streamtype") === "error") {
        errors.set(headers.get("requestid") ?? "", stream);
        return;
      }
      const port = Number(headers.get("port") ?? 0);
      const flow = new HttpStream(
        edge,
        pod,
        port,
        (bytes) => connection.send(stream, bytes),
        () => finish(stream),
      );
      flows.set(stream.id, flow);
    },
    data: (stream, bytes) => flows.get(stream.id)?.take(bytes),
    ended: (stream) => finish(stream),
  });
  return connection;
}

/** Serves the channel protocol: for the n-th port, channel 2n is data and 2n+1 errors; each begins with its port. */
export function forwardChannels(edge: Edge, pod: Pod, query: URLSearchParams, socket: WebSocket): void {
  const ports = query
    .getAll("ports")
    .flatMap((text) => text.split(","))
    .map(Number);
  const flows = ports.map((port, n) => {
    const number = Buffer.alloc(2);
    number.writeUInt16LE(port, 0);
    for (const channel of [2 * n, 2 * n + 1]) socket.send(Buffer.concat([Buffer.from([channel]), number]));
    return new HttpStream(
      edge,
      pod,
      port,
      (bytes) => socket.send(Buffer.concat([Buffer.from([2 * n]), bytes])),
      () => socket.close(1000),
    );
  });
  socket.on("message", (data: RawData) => {
    const bytes = bytesOf(data);
    flows[(bytes[0] ?? 0) >> 1]?.take(bytes.subarray(1));
  });
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
