import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { WebSocketServer } from "ws";
import type { User } from "../../api/request.ts";
import { authorize } from "../../apiserver/authorization.ts";
import { badRequest, failure, forbidden, isFailure, UNKNOWN_RESOURCE } from "../../apiserver/failure.ts";
import type { Failure } from "../../apiserver/failure.ts";
import { kindOf } from "../../apiserver/kinds/index.ts";
import type { Edge } from "../edge.ts";
import { Channels, PROTOCOLS } from "./channels.ts";
import { runAttach, runExec } from "./exec.ts";
import { findContainer, findPod, kubeletProblem, runningRecord } from "./find.ts";
import type { FoundContainer } from "./find.ts";
import { logText } from "./logs.ts";
import { forwardChannels, forwardSpdy, forwardTunnel, TUNNEL } from "./port-forward.ts";

import { expectedStreams, SPDY_PROTOCOL, SpdyStreams } from "./spdy-streams.ts";

const PATH = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/(exec|attach|portforward|log)$/;
/** A log as one message. */
const BINARY = "binary.k8s.io";
const MESSAGE_MAX = 4 * 1024 * 1024;
const PING_MS = 30_000;

/** Stands for the tunnel's name, which is no token of HTTP, while the handshake is parsed. */
const TUNNEL_TOKEN = "portforward.tunnel";

const sockets = new WebSocketServer({
  noServer: true,
  maxPayload: MESSAGE_MAX,
  handleProtocols: (offered) =>
    offered.has(TUNNEL_TOKEN) ? TUNNEL : ([...PROTOCOLS, BINARY].find((one) => offered.has(one)) ?? false),
});

/** Opens exec, attach and port-forward over WebSocket; anything else, or what may not be, is refused with a Status. */
export function upgradeConnection(
  edge: Edge,
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  user: User | Failure,
): void {
  socket.on("error", () => socket.destroy());
  if (isFailure(user)) return refuse(socket, user);
  edge.simulation.catchUp();
  const target = request.url ?? "/";
  const question = target.indexOf("?");
  const query = new URLSearchParams(question < 0 ? "" : target.slice(question + 1));
  const [, namespace = "", name = "", what = ""] = PATH.exec(question < 0 ? target : target.slice(0, question)) ?? [];
  if (what === "") return refuse(socket, UNKNOWN_RESOURCE);
  const found = lookUp(edge, user, { namespace, name, what, query });
  if (isFailure(found)) return refuse(socket, found);
  const protocol = request.headers.upgrade?.toLowerCase();
  if (protocol === "spdy/3.1") return overSpdy(edge, found, { what, query, socket });
  if (protocol !== "websocket")
    return refuse(
      socket,
      badRequest(`unable to upgrade: expected WebSocket or SPDY/3.1, found ${protocol ?? "nothing"}`),
    );
  const offered = String(request.headers["sec-websocket-protocol"] ?? "").split(/\s*,\s*/);
  const tunnel = offered.includes(TUNNEL);
  const plain = what === "log" && (offered.includes(BINARY) || offered[0] === "");
  if (!tunnel && !plain && !offered.some((one) => PROTOCOLS.includes(one)))
    return refuse(
      socket,
      badRequest(`unable to upgrade: unable to negotiate protocol: client supports ${offered.join(", ")}`),
    );
  if (tunnel) request.headers["sec-websocket-protocol"] = TUNNEL_TOKEN;
  sockets.handleUpgrade(request, socket, head, (connection) => {
    const timer = setInterval(() => connection.ping(), PING_MS);
    connection.on("close", () => clearInterval(timer));
    connection.on("error", () => connection.terminate());
    if (what === "log") {
      connection.send(Buffer.from(logText(edge, found, query)));
      connection.close(1000);
    } else if (what === "portforward") {
      if (tunnel) forwardTunnel(edge, found.pod, connection);
      else forwardChannels(edge, found.pod, query, connection);
    } else if (what === "exec") runExec(edge, found, query, new Channels(connection));
    else runAttach(edge, found, query, new Channels(connection));
  });
}

/** The same for clients that speak SPDY on the bare connection. */
function overSpdy(
  edge: Edge,
  found: FoundContainer,
  { what, query, socket }: { readonly what: string; readonly query: URLSearchParams; readonly socket: Socket },
): void {
  const version = what === "portforward" ? "portforward.k8s.io" : SPDY_PROTOCOL;
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${version}\r\n\r\n`,
  );
  if (what === "portforward") {
    const connection = forwardSpdy(edge, found.pod, (bytes) => socket.write(bytes));
    socket.on("data", (bytes: Buffer) => connection.take(bytes));
    socket.on("close", () => connection.close());
    return;
  }
  const run = what === "exec" ? runExec : runAttach;
  const streams = new SpdyStreams(socket, expectedStreams(query), (ready) => run(edge, found, query, ready));
  socket.on("error", () => streams.onGone());
}

function lookUp(
  edge: Edge,
  user: User,
  {
    namespace,
    name,
    what,
    query,
  }: { readonly namespace: string; readonly name: string; readonly what: string; readonly query: URLSearchParams },
): FoundContainer | Failure {
  const { cluster } = edge.simulation;
  const why = authorize(cluster.apiServer.etcd, {
    user,
    verb: what === "log" ? "get" : "create",
    group: "",
    resource: "pods",
    subresource: what,
    namespace,
    name,
  });
  const kind = kindOf("pods");
  if (why !== undefined && kind !== undefined) return forbidden(kind, name, why);
  const pod = findPod(cluster, namespace, name);
  if ("ok" in pod) return pod;
  const [first] = pod.spec.containers;
  const found = findContainer(
    cluster,
    pod,
    what === "portforward" ? first?.name : (query.get("container") ?? undefined),
  );
  if (isFailure(found)) return found;
  const deaf = kubeletProblem(cluster, pod, `${what}/${namespace}/${name}`);
  if (deaf !== undefined) return deaf;
  if (what === "log") return found;
  const record = runningRecord(found);
  return isFailure(record) ? record : found;
}

function refuse(socket: Socket, { status }: Failure): void {
  const body = JSON.stringify(status);
  socket.end(
    `HTTP/1.1 ${status.code} ${status.reason ?? "Error"}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** The refusal of somebody without credentials. */
export const UNAUTHORIZED: Failure = failure(401, "Unauthorized", "Unauthorized");
