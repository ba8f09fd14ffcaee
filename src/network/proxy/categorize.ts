import type { EndpointInfo } from "./endpoints.ts";
import type { ServicePortInfo } from "./service-port.ts";

/** Where a proxy stands: what decides which endpoints it uses. */
export interface Vantage {
  readonly nodeName: string;
  /** Label topology.kubernetes.io/zone of the node. */
  readonly zone: string | undefined;
  readonly mutants: ReadonlySet<string>;
}

/** upstream pkg/proxy/topology.go CategorizeEndpoints. */
export interface Categorized {
  /** Used with traffic policy Cluster. */
  readonly cluster: readonly EndpointInfo[];
  /** Used with traffic policy Local. */
  readonly local: readonly EndpointInfo[];
  /** Every endpoint that some policy reaches from this node, sorted. */
  readonly reachable: readonly EndpointInfo[];
  /** Some usable endpoint exists, on whichever node. */
  readonly hasAny: boolean;
}

type TopologyMode = "" | "PreferSameNode" | "PreferSameZone";

const nothing: Categorized = { cluster: [], local: [], reachable: [], hasAny: false };

/** Chooses the endpoints of a service port for one node. */
export function categorizeEndpoints(
  endpoints: readonly EndpointInfo[],
  port: Pick<ServicePortInfo, "usesClusterEndpoints" | "usesLocalEndpoints">,
  vantage: Vantage,
): Categorized {
  if (endpoints.length === 0) return nothing;
  const fallBack = !vantage.mutants.has("PRX-11");
  const leaving = (ep: EndpointInfo): boolean => fallBack && ep.serving && ep.terminating;
  let mode: TopologyMode = "";
  let cluster: readonly EndpointInfo[] = [];
  if (port.usesClusterEndpoints) {
    mode = topologyMode(endpoints, vantage);
    cluster = endpoints.filter((ep) => ep.ready && allowed(ep, mode, vantage));
    if (cluster.length === 0) cluster = endpoints.filter(leaving);
  }
  let hasAny = cluster.length > 0;
  if (!port.usesLocalEndpoints) return { cluster, local: [], reachable: cluster, hasAny };

  hasAny ||= endpoints.some((ep) => ep.ready || leaving(ep));
  const here = endpoints.filter((ep) => ep.nodeName !== undefined && ep.nodeName === vantage.nodeName);
  let local = here.filter((ep) => ep.ready);
  const usesTerminating = local.length === 0;
  if (usesTerminating) local = here.filter((ep) => !ep.ready && leaving(ep));
  if (!port.usesClusterEndpoints) return { cluster, local, reachable: local, hasAny };
  if (mode === "" && (!usesTerminating || local.length === 0)) return { cluster, local, reachable: cluster, hasAny };
  const chosen = new Set([...cluster, ...local]);
  return { cluster, local, reachable: endpoints.filter((ep) => chosen.has(ep)), hasAny };
}

function topologyMode(endpoints: readonly EndpointInfo[], vantage: Vantage): TopologyMode {
  const considered = vantage.mutants.has("PRX-16") ? endpoints : endpoints.filter((ep) => ep.ready);
  if (considered.length === 0) return "";
  if (
    considered.every((ep) => ep.nodeHints.length > 0) &&
    considered.some((ep) => ep.nodeHints.includes(vantage.nodeName))
  )
    return "PreferSameNode";
  const zone = vantage.zone ?? "";
  if (considered.every((ep) => ep.zoneHints.length > 0) && considered.some((ep) => ep.zoneHints.includes(zone)))
    return "PreferSameZone";
  return "";
}

function allowed(ep: EndpointInfo, mode: TopologyMode, vantage: Vantage): boolean {
  if (mode === "") return true;
  return mode === "PreferSameNode"
    ? ep.nodeHints.includes(vantage.nodeName)
    : ep.zoneHints.includes(vantage.zone ?? "");
}
