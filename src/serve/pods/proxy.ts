import { randomInt } from "node:crypto";
import { cast } from "../../base/units.ts";
import type { Pod, Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import { failure, notFound } from "../../apiserver/failure.ts";
import { kindOf } from "../../apiserver/kinds/index.ts";
import type { Edge } from "../edge.ts";
import { forbiddenReply } from "../http/exchange.ts";
import type { Exchange } from "../http/exchange.ts";
import { refusal } from "../http/reply.ts";
import type { Reply } from "../http/reply.ts";
import { answerIn, callHttp } from "./call.ts";
import type { CallFailure } from "./call.ts";
import { portOf } from "./programs.ts";
import type { ProgramAnswer } from "./programs.ts";

const PATH = /^\/api\/v1\/(?:namespaces\/([^/]+)\/(pods|services)|(nodes))\/([^/]+)\/proxy(\/.*)?$/;

/** …/pods/[http:]NAME[:PORT]/proxy/…, the same of services and nodes: an HTTP request to what runs there. */
export function answerProxy(edge: Edge, exchange: Exchange): Reply | undefined {
  const [, namespace, plural, nodes, target = "", rest = "/"] = PATH.exec(exchange.path) ?? [];
  const resource = plural ?? nodes;
  if (resource === undefined) return undefined;
  const parts = decodeURIComponent(target).split(":");
  const [name = "", port = ""] = parts.length === 3 ? parts.slice(1) : parts;
  const verb = exchange.request.method === "GET" ? "get" : "create";
  const no = forbiddenReply(exchange, {
    verb,
    resource,
    subresource: "proxy",
    name,
    ...(namespace !== undefined && { namespace }),
  });
  if (no !== undefined) return no;
  const query = exchange.query.toString();
  const asked = { method: exchange.request.method ?? "GET", path: query === "" ? rest : `${rest}?${query}` };
  const key = `${namespace ?? ""}/${name}`;
  const { world } = exchange.simulation.cluster;
  const kind = kindOf(resource);
  const object = world.objects(resource).get(namespace === undefined ? name : key);
  if (object === undefined || kind === undefined) return kind === undefined ? undefined : refusal(notFound(kind, name));
  if (resource === "nodes")
    return replyOf(
      callHttp(edge, { from: "outside/203.0.113.1", host: name, port: Number(port === "" ? 10250 : port), ...asked }),
    );
  if (resource === "pods") return replyOf(toPod(edge, cast<Pod>(object), port, asked));
  return toService(edge, cast<Service>(object), port, asked);
}

type Asked = { readonly method: string; readonly path: string };

function toPod(edge: Edge, pod: Pod, port: string, asked: Asked): ProgramAnswer | CallFailure {
  const { containers } = pod.spec;
  const declared = containers.flatMap(({ ports = [] }) => ports);
  const named = declared.find((one) => one.name === port)?.containerPort;
  const fallback = portOf(
    containers[0]?.image ?? "",
    declared.map(({ containerPort }) => containerPort),
  );
  return answerIn(edge, pod, named ?? (port === "" ? fallback : Number(port)), asked);
}

function toService(edge: Edge, service: Service, port: string, asked: Asked): Reply {
  const { name, namespace = "" } = service.metadata;
  const { ports = [] } = service.spec;
  const wanted =
    port === "" && ports.length === 1 ? ports[0] : ports.find((one) => one.name === port || String(one.port) === port);
  if (wanted === undefined)
    return refusal(
      failure(
        503,
        "ServiceUnavailable",
        `no service port ${JSON.stringify(port)} found for service ${JSON.stringify(name)}`,
      ),
    );
  const { world } = edge.simulation.cluster;
  const ready: { readonly pod: string; readonly port: number }[] = [];
  for (const object of world.objects("endpointslices.discovery.k8s.io").values()) {
    const slice = cast<EndpointSlice>(object);
    if (slice.metadata.namespace !== namespace || slice.metadata.labels?.["kubernetes.io/service-name"] !== name)
      continue;
    const number = slice.ports?.find((one) => (one.name ?? "") === (wanted.name ?? ""))?.port;
    for (const { conditions, targetRef } of slice.endpoints ?? [])
      if (conditions?.ready !== false && targetRef?.name !== undefined && number !== undefined)
        ready.push({ pod: targetRef.name, port: number });
  }
  const chosen = ready.length === 0 ? undefined : ready[randomInt(ready.length)];
  const pod = chosen === undefined ? undefined : world.objects("pods").get(`${namespace}/${chosen.pod}`);
  if (chosen === undefined || pod === undefined)
    return refusal(failure(503, "ServiceUnavailable", `no endpoints available for service ${JSON.stringify(name)}`));
  return replyOf(answerIn(edge, cast<Pod>(pod), chosen.port, asked));
}

function replyOf(answer: ProgramAnswer | CallFailure): Reply {
  if (!("failure" in answer)) return { code: answer.code, body: answer.body, type: answer.type };
  return refusal(failure(503, "ServiceUnavailable", `error trying to reach service: ${answer.why}`));
}
