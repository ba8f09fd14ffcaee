import { cast } from "../../base/units.ts";
import type { Endpoints, Service, ServicePort } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { Ingress, IngressClass, NetworkPolicy } from "../../api/types/networking-v1.ts";
import { ingressAddresses, labelsCell, NONE, selectorCell, someOf, UNKNOWN, UNSET } from "./cells.ts";
import type { Printer } from "./cells.ts";
import { since } from "./human-duration.ts";

export const printService: Printer = (object, now) => {
  const service = cast<Service>(object);
  const { metadata, spec } = service;
  const ports = (spec?.ports ?? []).map(portText).join(",");
  return [
    metadata.name,
    spec?.type ?? "",
    spec?.clusterIPs?.[0] ?? NONE,
    externalAddress(service),
    ports === "" ? NONE : ports,
    since(now, metadata.creationTimestamp),
    labelsCell(spec?.selector),
  ];
};

function portText({ port, protocol = "TCP", nodePort = 0 }: ServicePort): string {
  return nodePort > 0 ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`;
}

function externalAddress({ spec, status }: Service): string {
  const external = spec?.externalIPs ?? [];
  switch (spec?.type) {
    case "ClusterIP":
    case "NodePort":
      return external.length > 0 ? external.join(",") : NONE;
    case "LoadBalancer": {
      const addresses = ingressAddresses(status?.loadBalancer?.ingress);
      if (external.length > 0) return [...(addresses === "" ? [] : [addresses]), ...external].join(",");
      return addresses === "" ? "<pending>" : addresses;
    }
    case "ExternalName":
      return spec.externalName ?? "";
    default:
      return UNKNOWN;
  }
}

export const printEndpoints: Printer = (object, now) => {
  const { metadata, subsets = [] } = cast<Endpoints>(object);
  const texts = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) =>
          addresses.map(({ ip }) => (ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`)),
        ),
  );
  return [metadata.name, subsets.length === 0 ? NONE : someOf(texts), since(now, metadata.creationTimestamp)];
};

export const printEndpointSlice: Printer = (object, now) => {
  const { metadata, addressType, ports, endpoints } = cast<EndpointSlice>(object);
  const portTexts = (ports ?? []).map(({ port, name }) => (port !== undefined ? String(port) : (name ?? "*")));
  const addresses = (endpoints ?? []).flatMap((endpoint) => endpoint.addresses);
  return [
    metadata.name,
    addressType,
    orUnset(someOf(portTexts)),
    orUnset(someOf(addresses)),
    since(now, metadata.creationTimestamp),
  ];
};

function orUnset(text: string): string {
  return text === "" ? UNSET : text;
}

const HOSTS_MAX = 3;

export const printIngress: Printer = (object, now) => {
  const { metadata, spec, status } = cast<Ingress>(object);
  return [
    metadata.name,
    spec?.ingressClassName ?? NONE,
    hostsOf((spec?.rules ?? []).map(({ host = "" }) => host)),
    ingressAddresses(status?.loadBalancer?.ingress),
    (spec?.tls?.length ?? 0) > 0 ? "80, 443" : "80",
    since(now, metadata.creationTimestamp),
  ];
};

/** The first hosts; how many more is counted over all rules, those without a host included. */
function hostsOf(hosts: readonly string[]): string {
  const shown: string[] = [];
  let more = false;
  for (const host of hosts) {
    if (shown.length === HOSTS_MAX) more = true;
    if (!more && host !== "") shown.push(host);
  }
  if (shown.length === 0) return "*";
  return more ? `${shown.join(",")} + ${hosts.length - HOSTS_MAX} more...` : shown.join(",");
}

export const printIngressClass: Printer = (object, now) => {
  const { metadata, spec } = cast<IngressClass>(object);
  const isDefault = metadata.annotations?.["ingressclass.kubernetes.io/is-default-class"] === "true";
  const { parameters } = spec ?? {};
  const group = parameters?.apiGroup === undefined ? "" : `.${parameters.apiGroup}`;
  return [
    isDefault ? `${metadata.name} (default)` : metadata.name,
    spec?.controller ?? "",
    parameters === undefined ? NONE : `${parameters.kind}${group}/${parameters.name}`,
    since(now, metadata.creationTimestamp),
  ];
};

export const printNetworkPolicy: Printer = (object, now) => {
  const { metadata, spec } = cast<NetworkPolicy>(object);
  return [metadata.name, selectorCell(spec?.podSelector), since(now, metadata.creationTimestamp)];
};
