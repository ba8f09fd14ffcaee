import { createServer } from "node:https";
import type { Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { failure } from "../apiserver/failure.ts";
import type { User } from "../api/request.ts";
import { answer } from "./routes.ts";
import type { Simulation } from "./clock/simulation.ts";
import type { Exchange } from "./http/exchange.ts";
import { refusal, send } from "./http/reply.ts";
import type { Reply } from "./http/reply.ts";
import { WatchStreams } from "./http/watch-streams.ts";
import { newAuthority } from "./identity/certificates.ts";
import type { Authority } from "./identity/certificates.ts";
import { authenticate } from "./identity/authentication.ts";
import type { TokenHolder } from "./identity/authentication.ts";
import { impersonate } from "./identity/impersonation.ts";
import { kubeconfig } from "./identity/kubeconfig.ts";
import { openDocuments } from "./openapi/documents.ts";
import { VERSION } from "../apiserver/discovery/version.ts";
import { UNAUTHORIZED, upgradeConnection } from "./pods/upgrade.ts";
import type { Edge } from "./edge.ts";

/** How a cluster is served. */
export interface ServeOptions {
  readonly simulation: Simulation;
  /** Address to listen on. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Who gets a certificate, the first of them as the current context. */
  readonly users: readonly User[];
}

/** A cluster that clients can reach. */
export interface RunningServer {
  readonly url: string;
  /** A kubeconfig with a client certificate for every user. */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

const HEADERS_MAX = 64 * 1024;
const URL_MAX = 16 * 1024;
const CONNECTIONS_MAX = 4096;
const HEADERS_TIMEOUT_MS = 10_000;
const BODY_TIMEOUT_MS = 60_000;
/** How often connections are held to these times. */
const CHECK_MS = 2000;
const PROBE_AFTER_MS = 30_000;
const KEEP_ALIVE_MS = 90_000;

const DOWN: Reply = refusal(
  failure(503, "ServiceUnavailable", "the server is currently unable to handle the request: kube-apiserver is down"),
);

/** Paths that anybody may read. */
const OPEN = /^\/(?:healthz|livez|readyz)(?:\/[\w-]+)?$/;

/** Starts to serve a simulation over TLS. */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { simulation } = options;
  const authority = newAuthority();
  const server = secureServer(authority, options.host, (request, response) => void receive(edge, request, response));
  const port = await listen(server, options);
  const host = options.host === "0.0.0.0" || options.host === "::" ? "127.0.0.1" : options.host;
  const url = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const streams = new WatchStreams(
    () => simulation.cluster.apiServer,
    () => simulation.offset,
  );
  const edge: Edge = {
    simulation,
    streams,
    tokens: new Map<string, TokenHolder>(),
    podTokens: new Map<string, string>(),
    documents: openDocuments(url),
    recent: new Map(),
    printed: new Map(),
    counts: new Map(),
  };
  simulation.onChanged = (resources) => streams.changed(resources);
  simulation.onJump = () => {
    edge.recent.clear();
    streams.expireAll();
  };
  simulation.onRan = () => {
    if (!isUp(simulation)) streams.closeAll();
  };
  const sockets = trackSockets(server);
  server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const user = identify(edge, request);
    upgradeConnection(edge, request, socket, head, "code" in user ? UNAUTHORIZED : user.user);
  });
  simulation.start();
  return {
    url,
    kubeconfig: kubeconfig(
      url,
      authority.certificate,
      options.users.map(({ name, groups }) => ({ name, pair: authority.client(name, groups) })),
    ),
    close: async () => {
      simulation.close();
      streams.closeAll();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An HTTPS server that asks clients for certificates, with all its bounds. */
function secureServer(
  authority: Authority,
  address: string,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const names = [...new Set([address, "127.0.0.1", "::1", "localhost", "kubernetes.default.svc"])];
  const pair = authority.server(names.filter((name) => name !== "0.0.0.0" && name !== "::"));
  const server = createServer(
    {
      key: pair.key,
      cert: pair.certificate,
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: false,
      maxHeaderSize: HEADERS_MAX,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: BODY_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      handshakeTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_MS,
      ALPNProtocols: ["http/1.1"],
    },
    handle,
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.on("clientError", (_, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    else socket.destroy();
  });
  server.on("tlsClientError", (_, socket) => socket.destroy());
  return server;
}

/** The open connections of a server; dead ones are found by keep-alive probes. */
function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.setKeepAlive(true, PROBE_AFTER_MS);
    socket.on("close", () => sockets.delete(socket));
  });
  return sockets;
}

function listen(server: Server, { host, port }: ServeOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Answers one request; whatever goes wrong inside is a 500 in the log, never the end of the server. */
async function receive(edge: Edge, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { simulation } = edge;
  response.on("error", () => response.destroy());
  try {
    simulation.catchUp();
    const { pathname, searchParams } = parseUrl(request.url ?? "/");
    const path = pathname;
    if ((request.url ?? "").length > URL_MAX) return send(request, response, { code: 414, body: "URI too long\n" }, 0);
    if (OPEN.test(path) && (request.method === "GET" || request.method === "HEAD"))
      return send(request, response, isUp(simulation) ? { code: 200, body: "ok" } : DOWN, 0);
    if (path === "/version" && request.method === "GET")
      return send(request, response, { code: 200, body: VERSION }, 0);
    if (!isUp(simulation) && !path.startsWith("/apis/shakedown.dev/") && !path.startsWith("/ui"))
      return send(request, response, DOWN, 0);
    const who = identify(edge, request);
    if ("code" in who) return send(request, response, who, 0);
    await simulation.settled();
    const exchange: Exchange = { simulation, request, response, user: who.user, path, query: searchParams };
    const reply = await answer(edge, exchange);
    count(edge, request.method ?? "", reply?.code ?? 200);
    if (reply !== undefined) send(request, response, reply, simulation.offset);
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`shakedown: ${request.method ?? ""} ${request.url ?? ""}: ${why}\n`);
    if (response.headersSent) response.destroy();
    else
      send(
        request,
        response,
        refusal(failure(500, "InternalError", "an error on the server has prevented the request from succeeding")),
        0,
      );
  }
}

/** A fault may have crashed the API server: then only the clock and the page answer. */
function isUp({ cluster }: Simulation): boolean {
  return cluster.state.processes.get("kube-apiserver")?.up !== false;
}

function identify(edge: Edge, request: IncomingMessage): { readonly user: User } | ReturnType<typeof refusal> {
  const sender = authenticate(request, edge.tokens);
  if (typeof sender === "string") return refusal(failure(401, "Unauthorized", "Unauthorized"));
  const { etcd } = edge.simulation.cluster.apiServer;
  const user = impersonate(etcd, sender, request.headers);
  if ("why" in user) return refusal(failure(403, "Forbidden", `${impersonated(request)} is forbidden: ${user.why}`));
  return { user };
}

function impersonated(request: IncomingMessage): string {
  return `users ${JSON.stringify(String(request.headers["impersonate-user"] ?? ""))}`;
}

/** A request target as path and query; never throws. */
function parseUrl(target: string): { readonly pathname: string; readonly searchParams: URLSearchParams } {
  const question = target.indexOf("?");
  const pathname = question < 0 ? target : target.slice(0, question);
  return { pathname, searchParams: new URLSearchParams(question < 0 ? "" : target.slice(question + 1)) };
}

function count(edge: Edge, method: string, code: number): void {
  const key = `${method} ${code}`;
  edge.counts.set(key, (edge.counts.get(key) ?? 0) + 1);
}
