import { randomInt } from "node:crypto";
import { cast } from "../../base/units.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { routeViewOf } from "../../harness/execute/route-view.ts";
import type { ContainerRecord } from "../../kubelet/cri/runtime-state.ts";
import { routeConnections } from "../../network/route.ts";
import type { Edge } from "../edge.ts";
import { findContainer } from "./find.ts";
import { listensAt, programAnswer } from "./programs.ts";
import type { ProgramAnswer } from "./programs.ts";
import { isFailure } from "../../apiserver/failure.ts";

/** An HTTP request in the simulated network. */
export interface Call {
  /** "namespace/pod", "node/NAME" or "outside/ADDRESS". */
  readonly from: string;
  readonly host: string;
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly protocol?: "tcp" | "udp";
}

/** Why a call came to nothing, in the three ways that clients tell apart. */
export interface CallFailure {
  readonly failure: "unresolved" | "refused" | "timed out";
  readonly why: string;
}

const LOCAL = new Set(["localhost", "127.0.0.1", "::1"]);
/** A container keeps so many lines of its log. */
const LINES_MAX = 10_000;
const RANDOM_RANGE = 2 ** 47;

/** Sends one request through name resolution and the packet rules of the node where it starts. */
export function callHttp(edge: Edge, call: Call): ProgramAnswer | CallFailure {
  const { cluster } = edge.simulation;
  if (LOCAL.has(call.host)) {
    const own = cluster.world.objects("pods").get(call.from);
    if (own === undefined) return { failure: "refused", why: `nothing listens at ${call.host}:${call.port}` };
    return answerIn(edge, cast<Pod>(own), call.port, call);
  }
  const { delivered, failures } = routeConnections(routeViewOf(cluster), {
    from: call.from,
    to: `${call.host}:${call.port}`,
    count: 1,
    recent: edge.recent,
    ...(call.protocol !== undefined && { protocol: call.protocol }),
    random: () => randomInt(RANDOM_RANGE) / RANDOM_RANGE,
  });
  const sentence = failures[0]?.sentence;
  if (sentence !== undefined) {
    if (/^no such (?:host|pod|node)|is an alias/.test(sentence)) return { failure: "unresolved", why: sentence };
    return { failure: sentence.startsWith("connection refused") ? "refused" : "timed out", why: sentence };
  }
  const [reached] = delivered;
  const pod = reached?.pod === undefined ? undefined : cluster.world.objects("pods").get(reached.pod);
  if (reached === undefined || pod === undefined)
    return { failure: "timed out", why: `${call.host} belongs to no pod` };
  return answerIn(edge, cast<Pod>(pod), reached.port, call);
}

/** What a pod answers at one of its ports. */
export function answerIn(
  edge: Edge,
  pod: Pod,
  port: number,
  { method, path }: { readonly method: string; readonly path: string },
): ProgramAnswer | CallFailure {
  const { simulation, printed } = edge;
  const { name, namespace = "" } = pod.metadata;
  const record = listener(edge, pod, port);
  if (record === undefined) return { failure: "refused", why: `nothing listens at port ${port} of pod ${name}` };
  const lines = printed.get(record.id) ?? [];
  const { command = [], args = [] } = pod.spec.containers.find((one) => one.name === record.name) ?? {};
  const answer = programAnswer({
    method,
    path,
    pod: name,
    record,
    args: [...command, ...args].filter((word, index) => index > 0 || !/(?:^|\/)agnhost$/.test(word)),
    now: simulation.now,
    served: lines.length,
    call: (to, toPort, toPath, protocol) => {
      const answered = callHttp(edge, {
        from: `${namespace}/${name}`,
        host: to,
        port: toPort,
        method: "GET",
        path: toPath,
        protocol,
      });
      return "failure" in answered ? undefined : answered.body;
    },
  });
  lines.push({ at: simulation.now, line: answer.line });
  if (lines.length > LINES_MAX) lines.splice(0, lines.length - LINES_MAX);
  printed.set(record.id, lines);
  return answer;
}

function listener({ simulation }: Edge, pod: Pod, port: number): ContainerRecord | undefined {
  for (const { name, image = "", ports = [] } of pod.spec.containers) {
    const found = findContainer(simulation.cluster, pod, name);
    if (isFailure(found)) continue;
    const [newest] = found.records;
    const declared = ports.map(({ containerPort }) => containerPort);
    if (newest?.state === "running" && listensAt(image, declared, port)) return newest;
  }
  return undefined;
}
