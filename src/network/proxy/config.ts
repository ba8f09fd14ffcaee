import type { Millis } from "../../base/units.ts";
import { SECOND } from "../../base/units.ts";
import type { IpFamily } from "../address.ts";
import { cidrContains, familyOf, isLoopback, parseCidr, parseIp, printIp } from "../address.ts";
import { compareText } from "../../base/order.ts";

/** How the proxy knows the traffic of pods: KubeProxyConfiguration detectLocalMode. */
export type LocalDetect =
  | { readonly mode: "none" }
  | { readonly mode: "cidr" | "bridge" | "prefix"; readonly value: string };

/** KubeProxyConfiguration in iptables mode, and what the node under the proxy looks like. */
export interface ProxyConfig {
  readonly family: IpFamily;
  readonly nodeName: string;
  readonly nodeIP: string;
  /** Addresses on the node's devices, of both families, loopback included. */
  readonly nodeAddresses: readonly string[];
  /** --nodeport-addresses; empty means all. */
  readonly nodePortAddresses: readonly string[];
  readonly localDetect: LocalDetect;
  readonly masqueradeAll: boolean;
  readonly masqueradeBit: number;
  readonly localhostNodePorts: boolean;
  /** The node has the sysctl nf_conntrack_tcp_be_liberal. */
  readonly tcpBeLiberal: boolean;
  /** The kernel has nfacct counters. */
  readonly nfacct: boolean;
  /** iptables knows --random-fully. */
  readonly randomFully: boolean;
  /** Feature gate AllowServiceExternalIPs. */
  readonly allowServiceExternalIPs: boolean;
  readonly minSyncPeriodMs: Millis;
  /** Delay before a failed sync is tried again. */
  readonly syncPeriodMs: Millis;
  /** Ids of planted bugs that are switched on. */
  readonly mutants: ReadonlySet<string>;
}

/** Upstream's defaults for one node. */
export function proxyConfig(node: Pick<ProxyConfig, "nodeName"> & Partial<ProxyConfig>): ProxyConfig {
  return {
    family: "IPv4",
    nodeIP: "",
    nodeAddresses: [],
    nodePortAddresses: [],
    localDetect: { mode: "cidr", value: "10.244.0.0/16" },
    masqueradeAll: false,
    masqueradeBit: 14,
    localhostNodePorts: true,
    tcpBeLiberal: false,
    nfacct: false,
    randomFully: true,
    allowServiceExternalIPs: true,
    minSyncPeriodMs: SECOND,
    syncPeriodMs: 30 * SECOND,
    mutants: new Set(),
    ...node,
  };
}

/** The mark for masquerading as rules print it: bit 14 = "0x00004000". */
export function masqueradeMark(config: ProxyConfig): string {
  return `0x${(2 ** config.masqueradeBit).toString(16).padStart(8, "0")}`;
}

/** Node-port addresses of the proxier's family; the family's zero network when none is named. */
export interface NodePortAddresses {
  readonly matchAll: boolean;
  readonly containsLoopback: boolean;
  /** Addresses of the node's devices inside the networks, sorted. */
  readonly nodeIPs: readonly string[];
}

/** upstream pkg/proxy/util/nodeport_addresses.go. */
export function nodePortAddresses(config: ProxyConfig): NodePortAddresses {
  const own = config.nodePortAddresses.filter((text) => familyOf(text) === config.family);
  if (own.length === 0) return { matchAll: true, containsLoopback: config.family === "IPv4", nodeIPs: [] };
  const loopback = { family: "IPv4", groups: [127 << 8, 0] } as const;
  let containsLoopback = false;
  let matchAll = false;
  const found = new Set<string>();
  for (const text of own) {
    const cidr = parseCidr(text);
    if (cidr === undefined) continue;
    if (cidr.ip.family === "IPv4" && (isLoopback(cidr.ip) || cidrContains(cidr, loopback))) containsLoopback = true;
    if (cidr.bits === 0) {
      matchAll = true;
      break;
    }
    for (const address of config.nodeAddresses) {
      const ip = parseIp(address);
      if (ip !== undefined && cidrContains(cidr, ip)) found.add(printIp(ip));
    }
  }
  return { matchAll, containsLoopback, nodeIPs: [...found].sort(compareText) };
}

/** Whether node ports answer on 127.0.0.1: IPv4 only, and only if the node-port addresses include loopback. */
export function localhostNodePorts(config: ProxyConfig): boolean {
  return config.family === "IPv4" && config.localhostNodePorts && nodePortAddresses(config).containsLoopback;
}
