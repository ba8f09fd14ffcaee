import type { IncomingMessage, ServerResponse } from "node:http";
import type { Request, User } from "../../api/request.ts";
import { authorize } from "../../apiserver/authorization.ts";
import { failure } from "../../apiserver/failure.ts";
import type { HttpBackend } from "../../apiserver/http/http.ts";
import type { ServerContext } from "../../apiserver/server.ts";
import type { Simulation } from "../clock/simulation.ts";
import { refusal } from "./reply.ts";
import type { Reply } from "./reply.ts";

/** One authenticated request and all that answers it. */
export interface Exchange {
  readonly simulation: Simulation;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly user: User;
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** The cluster's API server, whose writes every process of the cluster hears of. */
export function backendOf(simulation: Simulation): HttpBackend {
  const { apiServer } = simulation.cluster;
  return {
    etcd: apiServer.etcd,
    handle: (request: Request) => simulation.request(request, "client"),
    openWatch: (resource, options) => apiServer.openWatch(resource, options),
  };
}

/** Surroundings of a request; the cluster has its own, and only reads use these. */
export function contextOf(simulation: Simulation): ServerContext {
  return { now: simulation.now, random: () => 0.5 };
}

/** Whether RBAC lets a user do something that the edge answers by itself; else the 403. */
export function forbiddenReply(
  { simulation, user }: Exchange,
  what: {
    readonly verb: string;
    readonly group?: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  },
): Reply | undefined {
  const { group = "", ...rest } = what;
  const why = authorize(simulation.cluster.apiServer.etcd, { user, group, ...rest });
  if (why === undefined) return undefined;
  const { resource, name } = what;
  const kind = group === "" ? resource : `${resource}.${group}`;
  const about = name === undefined ? kind : `${kind} ${JSON.stringify(name)}`;
  return refusal(
    failure(403, "Forbidden", `${about} is forbidden: ${why}`, {
      ...(name !== undefined && { name }),
      ...(group !== "" && { group }),
      kind: resource,
    }),
  );
}
