import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { User } from "../../api/request.ts";
import type { Edge } from "../edge.ts";

/** exec etc. */
export function upgradeConnection(
  _edge: Edge,
  _request: IncomingMessage,
  socket: Socket,
  _head: Buffer,
  _user: User | undefined,
): void {
  socket.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n");
}
