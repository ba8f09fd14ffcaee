import type { Millis } from "../base/units.ts";
import { compareText } from "../base/order.ts";
import { objectKey, splitKey } from "../api/object.ts";
import type { Node, Pod, Service } from "../api/types/core-v1.ts";
import type { EndpointSlice } from "../api/types/discovery-v1.ts";
import type { RouteNode } from "./cni.ts";
import { nodeOfAddress } from "./cni.ts";
import type { DnsView } from "./dns.ts";
import { resolve } from "./dns.ts";
import type { Kernel } from "./kernel.ts";
import { emptyKernel, kernelTables } from "./kernel.ts";
import type { PacketNode, PacketOutcome } from "./packet.ts";
import { walkPacket } from "./packet.ts";

/** The cluster as packets meet it: each node's own rules, stale or not, and what DNS and the network know. */
export interface RouteView {
  readonly kernels: ReadonlyMap<string, Kernel>;
  readonly nodes: readonly Node[];
  readonly pods: Iterable<Pod>;
  readonly services: ReadonlyMap<string, Service>;
  readonly slices: Iterable<EndpointSlice>;
  readonly now: Millis;
}

/** Who connects to what, and how often. */
export interface RouteRequest {
  /** "namespace/pod", "node/NAME", or "outside/ADDRESS" for a client that is not in the cluster. */
  readonly from: string;
  /** "HOST:PORT": a name as a pod would write it, an address, or a node's name; the port by number or name. */
  readonly to: string;
  readonly protocol?: "tcp" | "udp" | "sctp";
  readonly count: number;
  /** What earlier connections left in the lists of the "recent" match, by node; these ones are entered too. */
  readonly recent?: Map<string, PacketNode["recent"]>;
  /** [0, 1): the draws of all connections. */
  random(): number;
}

/** Connections that ended at one endpoint. */
export interface RouteTally {
  readonly ip: string;
  readonly port: number;
  /** "namespace/name" of the pod that has the address. */
  readonly pod?: string;
  readonly node?: string;
  readonly count: number;
  /** How many arrived with a node's address as their source. */
  readonly masqueraded: number;
}

/** What became of all connections. */
export interface RouteReport {
  readonly delivered: readonly RouteTally[];
  /** Sentences such as "connection refused: default/web has no endpoints", most frequent first. */
  readonly failures: readonly { readonly sentence: string; readonly count: number }[];
  /** Chains that the first connection walked. */
  readonly chains: readonly string[];
}

interface Source {
  readonly address: string;
  readonly namespace: string;
  /** Node where the packet starts; undefined for clients from outside. */
  readonly node: string | undefined;
  /** By which device it reaches the node: "" when it starts there. */
  readonly device: string;
}

interface Goal {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly what: string;
}

type Ending =
  | { readonly failure: string; readonly chains?: readonly string[] }
  | {
      readonly ip: string;
      readonly port: number;
      readonly pod?: string;
      readonly masqueraded: boolean;
      readonly chains: readonly string[];
    };

/** Walks `count` new connections, one by one, through the rules of the node where each starts. Changes nothing. */
export function routeConnections(view: RouteView, request: RouteRequest): RouteReport {
  const network = new Network(view, request);
  const source = network.source();
  if (typeof source === "string") return failed(source, request.count);
  const goal = network.goal(source);
  if (typeof goal === "string") return failed(goal, request.count);
  const tallies = new Map<string, { tally: RouteTally; count: number; masqueraded: number }>();
  const failures = new Map<string, number>();
  let chains: readonly string[] | undefined;
  for (let i = 0; i < request.count; i += 1) {
    const ending = network.connect(source, goal);
    chains ??= ending.chains;
    if ("failure" in ending) {
      failures.set(ending.failure, (failures.get(ending.failure) ?? 0) + 1);
      continue;
    }
    const key = `${ending.ip} ${ending.port}`;
    let entry = tallies.get(key);
    if (entry === undefined) tallies.set(key, (entry = { tally: network.tally(ending), count: 0, masqueraded: 0 }));
    entry.count += 1;
    if (ending.masqueraded) entry.masqueraded += 1;
  }
  return {
    delivered: [...tallies.entries()]
      .sort(([a], [b]) => compareText(a, b))
      .map(([, { tally, count, masqueraded }]) => ({ ...tally, count, masqueraded })),
    failures: [...failures.entries()]
      .sort(([a, n], [b, m]) => m - n || compareText(a, b))
      .map(([sentence, count]) => ({ sentence, count })),
    chains: chains ?? [],
  };
}

function failed(sentence: string, count: number): RouteReport {
  return { delivered: [], failures: [{ sentence, count }], chains: [] };
}

/** One call's look at the cluster, its indexes built once. */
class Network {
  readonly #view: RouteView;
  readonly #request: RouteRequest;
  readonly #routes: readonly RouteNode[];
  readonly #podsByKey: Map<string, Pod> = new Map();
  readonly #podsByIp: Map<string, Pod> = new Map();
  readonly #packetNodes: Map<string, PacketNode> = new Map();

  constructor(view: RouteView, request: RouteRequest) {
    this.#view = view;
    this.#request = request;
    this.#routes = view.nodes.map((node) => ({
      name: node.metadata.name,
      nodeIP: node.status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "",
      podCIDR: node.spec?.podCIDR,
    }));
    for (const pod of view.pods) {
      this.#podsByKey.set(objectKey(pod), pod);
      const ip = pod.status?.podIP ?? "";
      const ended = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
      if (ip !== "" && !ended && pod.spec.hostNetwork !== true) this.#podsByIp.set(ip, pod);
    }
  }

  /** The client, or why it cannot connect. */
  source(): Source | string {
    const { from } = this.#request;
    const { namespace: kind, name } = splitKey(from);
    if (kind === "outside") return { address: name, namespace: "default", node: undefined, device: "eth0" };
    if (kind === "node") {
      const node = this.#routes.find((route) => route.name === name);
      return node === undefined
        ? `no such node: ${name}`
        : { address: node.nodeIP, namespace: "default", node: name, device: "" };
    }
    const pod = this.#podsByKey.get(from);
    if (pod === undefined) return `no such pod: ${from}`;
    const node = pod.spec.nodeName;
    const address = pod.status?.podIP ?? "";
    if (node === undefined || address === "") return `pod ${from} has no address yet`;
    return { address, namespace: kind, node, device: pod.spec.hostNetwork === true ? "" : `veth${name}` };
  }

  /** Addresses and port, or why there are none. */
  goal(source: Source): Goal | string {
    const { to } = this.#request;
    const colon = to.lastIndexOf(":");
    const host = (colon < 0 ? to : to.slice(0, colon)).replace(/^\[|\]$/g, "");
    const portText = colon < 0 ? "" : to.slice(colon + 1);
    const node = this.#routes.find((route) => route.name === host);
    const answer =
      node === undefined
        ? resolve(this.#dns(), host, source.namespace)
        : ({ type: "addresses", addresses: [node.nodeIP] } as const);
    if (answer.type === "NXDOMAIN") return `no such host: ${host}`;
    if (answer.type === "cname") return `${host} is an alias of ${answer.name}, outside the cluster`;
    const service =
      "service" in answer && answer.service !== undefined ? this.#view.services.get(answer.service) : undefined;
    if (answer.addresses.length === 0) return `no such host: ${host} has no ready endpoints`;
    const port = this.#portNumber(portText, service);
    return port === undefined
      ? `no port ${portText} at ${host}`
      : { addresses: answer.addresses, port, what: `${host}:${portText}` };
  }

  /** One connection. */
  connect(source: Source, goal: Goal): Ending {
    const address = goal.addresses[Math.floor(this.#request.random() * goal.addresses.length)] ?? "";
    const entry = source.node ?? nodeOfAddress(this.#routes, address) ?? this.#anyNode();
    if (entry === undefined) return { failure: "connection timed out: the cluster has no node" };
    const packet = {
      protocol: this.#request.protocol ?? "tcp",
      source: source.address,
      destination: address,
      port: goal.port,
    };
    const outcome = walkPacket(this.#packetNode(entry), { ...packet, device: source.device });
    const other = this.#otherNode(outcome, entry);
    if (other === undefined) return this.#ending(outcome, entry, goal);
    const there = walkPacket(this.#packetNode(other), { ...packet, device: "eth0" });
    return this.#ending({ ...there, chains: [...outcome.chains, ...there.chains] }, other, goal);
  }

  /** The node whose rules a packet meets next: the first one sent it on to that node's own address. */
  #otherNode(outcome: PacketOutcome, entry: string): string | undefined {
    if (outcome.outcome !== "delivered" || outcome.translated) return undefined;
    return this.#routes.find(({ name, nodeIP }) => nodeIP === outcome.ip && name !== entry)?.name;
  }

  /** Names an endpoint. */
  tally(ending: { readonly ip: string; readonly port: number; readonly pod?: string }): RouteTally {
    const { ip, port, pod } = ending;
    const node = nodeOfAddress(this.#routes, ip) ?? this.#podsByIp.get(ip)?.spec.nodeName;
    return {
      ip,
      port,
      ...(pod !== undefined && { pod }),
      ...(node !== undefined && { node }),
      count: 0,
      masqueraded: 0,
    };
  }

  #ending(outcome: PacketOutcome, entry: string, goal: Goal): Ending {
    const { chains } = outcome;
    if (outcome.outcome !== "delivered") {
      const refused = outcome.outcome === "rejected";
      return {
        failure: refused ? `connection refused: ${outcome.why}` : `connection timed out: ${outcome.why} on ${entry}`,
        chains,
      };
    }
    const { ip, port, masqueraded, translated } = outcome;
    const pod = this.#podsByIp.get(ip);
    if (pod !== undefined) {
      const key = objectKey(pod);
      if (pod.status?.phase !== "Running") return { failure: `connection refused: pod ${key} is not running`, chains };
      return { ip, port, pod: key, masqueraded, chains };
    }
    const host = this.#routes.find((route) => route.nodeIP === ip);
    if (host !== undefined) {
      return translated || port !== goal.port
        ? { ip, port, masqueraded, chains }
        : { failure: `connection refused: nothing listens at ${ip}:${port} on ${host.name}`, chains };
    }
    if (translated) return { failure: `connection timed out: ${ip} belongs to no pod`, chains };
    return { failure: `connection timed out: ${entry} has no rule for ${goal.what} (${ip}:${port})`, chains };
  }

  #dns(): DnsView {
    const slices = new Map<string, EndpointSlice[]>();
    for (const slice of this.#view.slices) {
      const name = slice.metadata.labels?.["kubernetes.io/service-name"];
      if (name === undefined) continue;
      const key = `${slice.metadata.namespace ?? ""}/${name}`;
      slices.set(key, [...(slices.get(key) ?? []), slice]);
    }
    return { service: (key) => this.#view.services.get(key), slices: (key) => slices.get(key) ?? [] };
  }

  #portNumber(text: string, service: Service | undefined): number | undefined {
    const ports = service?.spec.ports ?? [];
    if (text === "") return ports.length === 1 ? ports[0]?.port : undefined;
    return /^\d+$/.test(text) ? Number(text) : ports.find((port) => port.name === text)?.port;
  }

  #anyNode(): string | undefined {
    return this.#routes[Math.floor(this.#request.random() * this.#routes.length)]?.name;
  }

  #packetNode(name: string): PacketNode {
    let found = this.#packetNodes.get(name);
    if (found === undefined) {
      const kernel = this.#view.kernels.get(name) ?? emptyKernel();
      const copy = new Map([...kernel.recent].map(([list, seen]) => [list, new Map(seen)] as const));
      const recent = this.#request.recent?.get(name) ?? copy;
      this.#request.recent?.set(name, recent);
      const nodeIP = this.#routes.find((route) => route.name === name)?.nodeIP ?? "";
      found = {
        tables: kernelTables(kernel),
        addresses: [nodeIP],
        recent,
        now: this.#view.now,
        random: () => this.#request.random(),
      };
      this.#packetNodes.set(name, found);
    }
    return found;
  }
}
