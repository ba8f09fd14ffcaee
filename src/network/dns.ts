import type { Service } from "../api/types/core-v1.ts";
import type { EndpointSlice } from "../api/types/discovery-v1.ts";
import { canonicalIp, parseIp } from "./address.ts";

/** What the cluster DNS server knows: Services by key, and slices by Service key. */
export interface DnsView {
  service(key: string): Service | undefined;
  slices(serviceKey: string): Iterable<EndpointSlice>;
}

/** Answer to a question for addresses. */
export type DnsAnswer =
  /** `service`: the key of the Service that the name belongs to. */
  | { readonly type: "addresses"; readonly addresses: readonly string[]; readonly service?: string }
  | { readonly type: "cname"; readonly name: string }
  | { readonly type: "NXDOMAIN"; readonly name: string };

const clusterDomain = "cluster.local";

/**
 * Resolves a name as a pod of `namespace` would (search list of the pod's resolv.conf, then CoreDNS): a Service gives
 * its cluster IPs, a headless one the addresses of its ready endpoints, "host.service" one of those, ExternalName a CNAME.
 */
export function resolve(view: DnsView, name: string, namespace: string): DnsAnswer {
  if (parseIp(name) !== undefined) return { type: "addresses", addresses: [canonicalIp(name)] };
  for (const candidate of searchList(name, namespace)) {
    const answer = lookUp(view, candidate);
    if (answer !== undefined) return answer;
  }
  return { type: "NXDOMAIN", name: `${name}.${namespace}.svc.${clusterDomain}` };
}

function searchList(name: string, namespace: string): readonly string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const svc = `svc.${clusterDomain}`;
  return [`${name}.${namespace}.${svc}`, `${name}.${svc}`, `${name}.${clusterDomain}`, name];
}

function lookUp(view: DnsView, name: string): DnsAnswer | undefined {
  const suffix = `.svc.${clusterDomain}`;
  if (!name.endsWith(suffix)) return undefined;
  const labels = name.slice(0, -suffix.length).split(".");
  const [namespace = "", serviceName = "", host] = labels.reverse();
  if (labels.length > 3 || serviceName === "") return undefined;
  const key = `${namespace}/${serviceName}`;
  const service = view.service(key);
  if (service === undefined) return undefined;
  const { type, externalName, clusterIP, clusterIPs } = service.spec;
  if (type === "ExternalName") return host === undefined ? { type: "cname", name: externalName ?? "" } : undefined;
  if (clusterIP !== "None") {
    const addresses = (clusterIPs ?? (clusterIP === undefined ? [] : [clusterIP])).filter((ip) => ip !== "");
    return host === undefined && addresses.length > 0 ? { type: "addresses", addresses, service: key } : undefined;
  }
  const addresses = headlessAddresses(view.slices(key), host);
  if (host !== undefined && addresses.length === 0) return undefined;
  return { type: "addresses", addresses, service: key };
}

function headlessAddresses(slices: Iterable<EndpointSlice>, host: string | undefined): readonly string[] {
  const found = new Set<string>();
  for (const slice of slices) {
    for (const endpoint of slice.endpoints ?? []) {
      if (endpoint.conditions?.ready === false) continue;
      for (const address of endpoint.addresses) {
        if (host === undefined || host === (endpoint.hostname ?? address.replaceAll(/[.:]/g, "-"))) found.add(address);
      }
    }
  }
  return [...found];
}
