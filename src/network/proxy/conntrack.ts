import { canonicalIp, joinHostPort } from "../address.ts";
import type { ProxyConfig } from "./config.ts";
import type { Programmed } from "./programmed.ts";
import { portEndpoints } from "./programmed.ts";

/** An entry of a node's connection-tracking table: the original destination, and who answers. */
export interface ConntrackEntry {
  readonly protocol: string;
  readonly origDst: string;
  readonly origPort: number;
  readonly replySrc: string;
  readonly replyPort: number;
  /** Who sends, where that is known. */
  readonly source?: string;
  readonly sourcePort?: number;
}

/** upstream pkg/proxy/conntrack/cleanup.go: UDP entries to a service that do not lead to one of its serving endpoints. */
export function staleEntries(
  entries: readonly ConntrackEntry[],
  services: ReadonlyMap<string, Programmed>,
  config: ProxyConfig,
): readonly ConntrackEntry[] {
  if (entries.length === 0) return [];
  const byAddress = new Map<string, ReadonlySet<string>>();
  const byNodePort = new Map<number, ReadonlySet<string>>();
  for (const programmed of services.values()) {
    for (const port of programmed.ports) {
      if (port.protocol !== "udp") continue;
      const all = portEndpoints(programmed, port, config.mutants);
      const serving = new Set(all.filter((endpoint) => endpoint.serving).map((endpoint) => endpoint.text));
      if (serving.size === 0) continue;
      byAddress.set(joinHostPort(port.clusterIP, port.port), serving);
      if (config.mutants.has("PRX-04")) continue;
      for (const ip of port.loadBalancerVIPs) byAddress.set(joinHostPort(ip, port.port), serving);
      if (config.allowServiceExternalIPs)
        for (const ip of port.externalIPs) byAddress.set(joinHostPort(ip, port.port), serving);
      if (port.nodePort !== 0) byNodePort.set(port.nodePort, serving);
    }
  }
  return entries.filter((entry) => {
    if (entry.protocol !== "udp") return false;
    const answerer = joinHostPort(canonicalIp(entry.replySrc), entry.replyPort);
    const wanted = byAddress.get(joinHostPort(canonicalIp(entry.origDst), entry.origPort));
    if (wanted !== undefined && !wanted.has(answerer)) return true;
    const nodePort = byNodePort.get(entry.origPort);
    return nodePort !== undefined && !nodePort.has(answerer);
  });
}
