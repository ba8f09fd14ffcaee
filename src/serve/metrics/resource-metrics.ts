import { cast } from "../../base/units.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import { isFailure, notFound } from "../../apiserver/failure.ts";
import { kindOf } from "../../apiserver/kinds/index.ts";
import { parseSelection, selected } from "../../apiserver/selection.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import { timestamp } from "../../base/time.ts";
import { forbiddenReply } from "../http/exchange.ts";
import type { Exchange } from "../http/exchange.ts";
import { NOTHING_HERE, refusal } from "../http/reply.ts";
import type { Reply } from "../http/reply.ts";

const PATH = /^\/apis\/metrics\.k8s\.io\/v1beta1\/(?:namespaces\/([^/]+)\/)?(pods|nodes)(?:\/([^/]+))?$/;

/** What a container uses about which its image's rule says nothing. */
const IDLE = { cpuMilli: 1, memoryBytes: 16 * 1024 * 1024 };
/** What a node uses besides its pods. */
const NODE = { cpuMilli: 50, memoryBytes: 400 * 1024 * 1024 };
const WINDOW = "10s";

interface Use {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

type Json = { readonly [field: string]: unknown };

/** metrics.k8s.io, as `kubectl top` asks for it: what the images' rules say that running containers use. */
export function answerResourceMetrics(exchange: Exchange): Reply {
  const { path, query, simulation, request } = exchange;
  const [, namespace, plural = "", name] = PATH.exec(path) ?? [];
  const kind = kindOf(plural);
  if (kind === undefined || request.method !== "GET") return NOTHING_HERE;
  const where = { ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }) };
  const verb = name === undefined ? "list" : "get";
  const no = forbiddenReply(exchange, { verb, group: "metrics.k8s.io", resource: plural, ...where });
  if (no !== undefined) return no;
  const { cluster } = simulation;
  const labelSelector = query.get("labelSelector") ?? "";
  const fieldSelector = query.get("fieldSelector") ?? "";
  const selection = parseSelection(kind, { labelSelector, fieldSelector });
  if (isFailure(selection)) return refusal(selection);
  const metrics: Json[] = [];
  for (const object of cluster.world.objects(plural).values()) {
    const { metadata } = object;
    if (name !== undefined && metadata.name !== name) continue;
    if (namespace !== undefined && metadata.namespace !== namespace) continue;
    if (!selected(kind, selection, object)) continue;
    const one = plural === "pods" ? podMetrics(cluster, cast<Pod>(object)) : nodeMetrics(cluster, cast<Node>(object));
    if (one !== undefined) metrics.push(one);
  }
  if (name !== undefined)
    return metrics[0] === undefined ? refusal(notFound(kind, name)) : { code: 200, body: metrics[0] };
  const list = plural === "pods" ? "PodMetricsList" : "NodeMetricsList";
  return { code: 200, body: { kind: list, apiVersion: "metrics.k8s.io/v1beta1", metadata: {}, items: metrics } };
}

function usesOf(cluster: Cluster, pod: Pod): readonly (Use & { readonly name: string })[] {
  const runtime = cluster.state.machines.get(pod.spec.nodeName ?? "")?.runtime.pods.get(pod.metadata.uid);
  return (runtime?.containers ?? [])
    .filter(({ state }) => state === "running")
    .map(({ name, behaviour }) => ({
      name,
      cpuMilli: behaviour.cpuMilli ?? IDLE.cpuMilli,
      memoryBytes: behaviour.memoryBytes ?? IDLE.memoryBytes,
    }));
}

function podMetrics(cluster: Cluster, pod: Pod): Json | undefined {
  const uses = usesOf(cluster, pod);
  if (uses.length === 0) return undefined;
  const containers = uses.map(({ name, ...use }) => ({ name, usage: usage(use) }));
  return { ...head(cluster, "PodMetrics", pod.metadata), containers };
}

function nodeMetrics(cluster: Cluster, node: Node): Json | undefined {
  const { name } = node.metadata;
  if (!cluster.world.powered(name)) return undefined;
  let { cpuMilli, memoryBytes } = NODE;
  for (const object of cluster.world.objects("pods").values()) {
    const pod = cast<Pod>(object);
    if (pod.spec.nodeName !== name) continue;
    for (const use of usesOf(cluster, pod)) {
      cpuMilli += use.cpuMilli;
      memoryBytes += use.memoryBytes;
    }
  }
  return { ...head(cluster, "NodeMetrics", node.metadata), usage: usage({ cpuMilli, memoryBytes }) };
}

function usage({ cpuMilli, memoryBytes }: Use): Json {
  return { cpu: `${cpuMilli}m`, memory: `${Math.ceil(memoryBytes / 1024)}Ki` };
}

function head(
  cluster: Cluster,
  kind: string,
  {
    name,
    namespace,
    labels,
  }: { readonly name: string; readonly namespace?: string; readonly labels?: { readonly [key: string]: string } },
): Json {
  const now = timestamp(cluster.now);
  const metadata = {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(labels !== undefined && { labels }),
    creationTimestamp: now,
  };
  return { kind, apiVersion: "metrics.k8s.io/v1beta1", metadata, timestamp: now, window: WINDOW };
}
