import { compareText } from "../../base/order.ts";
import type { Service, ServicePort } from "../../api/types/core-v1.ts";
import type { IpFamily } from "../address.ts";
import { canonicalIp, familyOf, parseCidr, parseIp, printCidr, printIp } from "../address.ts";

/** One port of a proxied Service: upstream's BaseServicePortInfo. */
export interface ServicePortInfo {
  /** "namespace/name" of the Service. */
  readonly service: string;
  readonly portName: string;
  /** `portKey` of name and protocol. */
  readonly key: string;
  /** "namespace/name:portname", or "namespace/name" when the port has no name. */
  readonly nameString: string;
  /** Lower case: tcp, udp, sctp. */
  readonly protocol: string;
  readonly clusterIP: string;
  readonly port: number;
  /** 0 when there is none. */
  readonly nodePort: number;
  readonly loadBalancerVIPs: readonly string[];
  readonly externalIPs: readonly string[];
  readonly loadBalancerSourceRanges: readonly string[];
  /** 0 when there is none. */
  readonly healthCheckNodePort: number;
  readonly clientIPAffinity: boolean;
  readonly stickyMaxAgeSeconds: number;
  readonly externalPolicyLocal: boolean;
  readonly internalPolicyLocal: boolean;
  readonly externallyAccessible: boolean;
  readonly usesClusterEndpoints: boolean;
  readonly usesLocalEndpoints: boolean;
}

const known: {
  readonly [family in IpFamily]: WeakMap<Service, { readonly ports: readonly ServicePortInfo[] | undefined }>;
} = {
  IPv4: new WeakMap(),
  IPv6: new WeakMap(),
};

/** The proxied ports of a Service in one family; undefined when the proxy skips it. Shared by all nodes. */
export function servicePorts(service: Service, family: IpFamily): readonly ServicePortInfo[] | undefined {
  const memo = known[family].get(service);
  if (memo !== undefined) return memo.ports;
  const ports = derive(service, family);
  known[family].set(service, { ports });
  return ports;
}

/** Whether two derived port lists say the same, whatever the order of ports. */
export function sameServicePorts(
  a: readonly ServicePortInfo[] | undefined,
  b: readonly ServicePortInfo[] | undefined,
): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  return a.every((port) => b.some((other) => samePort(port, other)));
}

/** Key of a port among the ports of its Service, and of its endpoints: name and protocol. */
export function portKey(portName: string, protocol: string): string {
  return `${portName}/${protocol}`;
}

function derive(service: Service, family: IpFamily): readonly ServicePortInfo[] | undefined {
  const { spec } = service;
  if (spec.clusterIP === undefined || spec.clusterIP === "" || spec.clusterIP === "None") return undefined;
  if (spec.type === "ExternalName") return undefined;
  const clusterIP = clusterIPOf(service, family);
  if (clusterIP === undefined) return undefined;
  const shared = sharedFields(service, family, canonicalIp(clusterIP));
  return (spec.ports ?? []).map((port) => Object.assign({}, shared, portFields(shared, port)));
}

type Shared = Omit<ServicePortInfo, keyof ReturnType<typeof portFields>>;

function sharedFields(service: Service, family: IpFamily, clusterIP: string): Shared {
  const { spec, metadata } = service;
  const external = spec.type === "NodePort" || spec.type === "LoadBalancer" || (spec.externalIPs ?? []).length > 0;
  const sticky = spec.sessionAffinity === "ClientIP";
  const ranges = (spec.loadBalancerSourceRanges ?? [])
    .map((range) => parseCidr(range.trim()))
    .filter((range) => range !== undefined && range.ip.family === family)
    .map((range) => ({ text: range === undefined ? "" : printCidr(range), zero: range?.bits === 0 }));
  const local = spec.externalTrafficPolicy === "Local" && external;
  return {
    service: `${metadata.namespace ?? ""}/${metadata.name}`,
    clusterIP,
    loadBalancerVIPs: (service.status?.loadBalancer?.ingress ?? [])
      .filter((entry) => entry.ip !== undefined && entry.ip !== "" && (entry.ipMode ?? "VIP") === "VIP")
      .map((entry) => entry.ip ?? "")
      .filter((ip) => familyOf(ip) === family)
      .map(canonicalIp),
    externalIPs: externalIPsOf(spec.externalIPs, family),
    loadBalancerSourceRanges: ranges.some((range) => range.zero) ? [] : ranges.map((range) => range.text),
    healthCheckNodePort: spec.type === "LoadBalancer" && local ? (spec.healthCheckNodePort ?? 0) : 0,
    clientIPAffinity: sticky,
    stickyMaxAgeSeconds: sticky ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) : 0,
    externalPolicyLocal: local,
    internalPolicyLocal: spec.internalTrafficPolicy === "Local",
  };
}

function portFields(
  shared: Pick<
    ServicePortInfo,
    "service" | "loadBalancerVIPs" | "externalIPs" | "internalPolicyLocal" | "externalPolicyLocal"
  >,
  port: ServicePort,
) {
  const portName = port.name ?? "";
  const nodePort = port.nodePort ?? 0;
  const accessible = nodePort !== 0 || shared.loadBalancerVIPs.length > 0 || shared.externalIPs.length > 0;
  const protocol = (port.protocol ?? "TCP").toLowerCase();
  return {
    portName,
    key: portKey(portName, protocol),
    nameString: portName === "" ? shared.service : `${shared.service}:${portName}`,
    protocol,
    port: port.port,
    nodePort,
    externallyAccessible: accessible,
    usesClusterEndpoints: !shared.internalPolicyLocal || accessible,
    usesLocalEndpoints: shared.internalPolicyLocal || (shared.externalPolicyLocal && accessible),
  };
}

function clusterIPOf(service: Service, family: IpFamily): string | undefined {
  const { clusterIPs, clusterIP, ipFamilies } = service.spec;
  if (ipFamilies !== undefined && ipFamilies.length > 0) return clusterIPs?.[ipFamilies.indexOf(family)];
  return clusterIP !== undefined && familyOf(clusterIP) === family ? clusterIP : undefined;
}

function externalIPsOf(texts: readonly string[] | undefined, family: IpFamily): readonly string[] {
  const found: string[] = [];
  for (const text of texts ?? []) {
    const ip = parseIp(text);
    if (ip !== undefined && ip.family === family) found.push(printIp(ip));
  }
  return found;
}

function samePort(a: ServicePortInfo, b: ServicePortInfo): boolean {
  return (
    a.nameString === b.nameString &&
    a.protocol === b.protocol &&
    a.clusterIP === b.clusterIP &&
    a.port === b.port &&
    a.nodePort === b.nodePort &&
    a.healthCheckNodePort === b.healthCheckNodePort &&
    a.clientIPAffinity === b.clientIPAffinity &&
    a.stickyMaxAgeSeconds === b.stickyMaxAgeSeconds &&
    a.externalPolicyLocal === b.externalPolicyLocal &&
    a.internalPolicyLocal === b.internalPolicyLocal &&
    sameTexts(a.loadBalancerVIPs, b.loadBalancerVIPs) &&
    sameTexts(a.externalIPs, b.externalIPs) &&
    sameTexts(a.loadBalancerSourceRanges, b.loadBalancerSourceRanges)
  );
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => compareText(text, b[i] ?? "") === 0);
}
