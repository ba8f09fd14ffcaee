import { compareText } from "../../base/order.ts";
import type { Endpoint, EndpointSlice } from "../../api/types/discovery-v1.ts";
import { canonicalIp, joinHostPort } from "../address.ts";
import { portKey } from "./service-port.ts";

/** One endpoint of a service port: upstream's BaseEndpointInfo, the same for every node. */
export interface EndpointInfo {
  readonly ip: string;
  readonly port: number;
  /** "ip:port", the name of the endpoint and its sort key. */
  readonly text: string;
  readonly nodeName: string | undefined;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

/** The endpoints of one Service by port key, each list sorted by `text`. */
export interface ServiceEndpoints {
  readonly byPort: ReadonlyMap<string, readonly EndpointInfo[]>;
  /** Some port with endpoints is UDP: a change asks for a conntrack clean-up. */
  readonly udp: boolean;
}

const none: ServiceEndpoints = { byPort: new Map(), udp: false };
const plain = new Set<string>();
/** What was derived from lists of slices, by their first slice, the latest list first. */
const known = new WeakMap<EndpointSlice, readonly Derived[]>();
/** Nodes hear of a change one after another: meanwhile some have the list before it. */
const KEPT = 4;

interface Derived {
  readonly slices: readonly EndpointSlice[];
  readonly endpoints: ServiceEndpoints;
}

/** Endpoints of a Service from its slices in the order given. Computed once per list of slices, shared by all nodes. */
export function serviceEndpoints(
  slices: readonly EndpointSlice[],
  mutants: ReadonlySet<string> = plain,
): ServiceEndpoints {
  const [first] = slices;
  if (first === undefined) return none;
  if (mutants.has("PRX-13") || mutants.has("PRX-14")) return derive(slices, mutants);
  const memos = known.get(first) ?? [];
  for (const memo of memos)
    if (memo.slices.length === slices.length && memo.slices.every((slice, i) => slice === slices[i]))
      return memo.endpoints;
  const endpoints = derive(slices, mutants);
  known.set(first, [{ slices, endpoints }, ...memos.slice(0, KEPT - 1)]);
  return endpoints;
}

/** Whether two slices say the same, metadata included. */
export function sameSlice(a: EndpointSlice, b: EndpointSlice): boolean {
  if (a === b) return true;
  const { resourceVersion } = a.metadata;
  if (
    resourceVersion !== undefined &&
    b.metadata.resourceVersion !== undefined &&
    resourceVersion !== b.metadata.resourceVersion
  )
    return false;
  return sameData(a, b);
}

function derive(slices: readonly EndpointSlice[], mutants: ReadonlySet<string>): ServiceEndpoints {
  const sets = new Map<string, Map<string, EndpointInfo>>();
  let udp = false;
  for (const slice of slices) {
    for (const port of slice.ports ?? []) {
      if (port.name === undefined || port.port === undefined || port.port === 0) continue;
      const key = portKey(port.name, (port.protocol ?? "TCP").toLowerCase());
      let set = sets.get(key);
      if (set === undefined) sets.set(key, (set = new Map()));
      addEndpoints(set, port.port, slice.endpoints ?? [], mutants);
      if (port.protocol === "UDP" && set.size > 0) udp = true;
    }
  }
  const byPort = new Map<string, readonly EndpointInfo[]>();
  for (const [key, set] of sets) {
    if (set.size > 0)
      byPort.set(
        key,
        [...set.values()].sort((a, b) => compareText(a.text, b.text)),
      );
  }
  return { byPort, udp };
}

function addEndpoints(
  set: Map<string, EndpointInfo>,
  port: number,
  endpoints: readonly Endpoint[],
  mutants: ReadonlySet<string>,
): void {
  for (const endpoint of endpoints) {
    const address = endpoint.addresses[0];
    if (address === undefined) continue;
    const info = endpointInfo(endpoint, canonicalIp(address), port);
    const key = mutants.has("PRX-13") ? info.ip : info.text;
    const replace = mutants.has("PRX-14") ? false : !info.terminating;
    if (!set.has(key) || replace) set.set(key, info);
  }
}

function endpointInfo(endpoint: Endpoint, ip: string, port: number): EndpointInfo {
  return {
    ip,
    port,
    text: joinHostPort(ip, port),
    nodeName: endpoint.nodeName,
    ready: endpoint.conditions?.ready !== false,
    serving: endpoint.conditions?.serving !== false,
    terminating: endpoint.conditions?.terminating === true,
    zoneHints: (endpoint.hints?.forZones ?? []).map((hint) => hint.name),
    nodeHints: (endpoint.hints?.forNodes ?? []).map((hint) => hint.name),
  };
}

function sameData(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const left = Object.entries(a);
  const right = new Map<string, unknown>(Object.entries(b));
  return left.length === right.size && left.every(([key, value]) => right.has(key) && sameData(value, right.get(key)));
}
