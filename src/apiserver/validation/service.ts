import type { Service, ServicePort, ServiceSpec } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { validateLabels } from "../metadata.ts";
import { labelProblems, subdomainProblems } from "../name-rules.ts";
import { clusterIpProblems } from "./cluster-ips.ts";
import {
  complaints,
  IP_FORM,
  isIp,
  legacyCidr,
  legacyIp,
  oneOf,
  portNumber,
  portReference,
  qualifiedName,
} from "./common.ts";

const TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const LOAD_BALANCER_ONLY = "may only be used when `type` is 'LoadBalancer'";

/** Validates a Service. */
export function validateService({ metadata, spec }: Service, errors: FieldErrors): void {
  const { type = "", ports = [], clusterIPs = [] } = spec;
  const headless = clusterIPs.length === 1 && clusterIPs[0] === "None";
  topologyAnnotations(metadata.annotations ?? {}, errors);
  if (ports.length === 0 && !headless && type !== "ExternalName") errors.required("spec.ports");
  if (headless && (type === "LoadBalancer" || type === "NodePort"))
    errors.invalid("spec.clusterIPs[0]", "None", `may not be set to 'None' for ${type} services`);
  if (type === "ExternalName") externalName(spec, errors);
  const names = new Set<string>();
  for (const [i, port] of ports.entries()) servicePort(port, `spec.ports[${i}]`, ports.length > 1, names, errors);
  validateLabels(spec.selector, "spec.selector", errors);
  affinity(spec, errors);
  clusterIpProblems(spec, errors);
  for (const [i, address] of (spec.externalIPs ?? []).entries())
    if (legacyIp(address, `spec.externalIPs[${i}]`, errors)) nonSpecialIp(address, `spec.externalIPs[${i}]`, errors);
  if (type === "") errors.required("spec.type");
  else oneOf(type, TYPES, "spec.type", errors);
  distinctPorts(spec, errors);
  balancer(metadata.annotations ?? {}, spec, errors);
  traffic(spec, errors);
}

const HINTS = "service.kubernetes.io/topology-aware-hints";
const MODE = "service.kubernetes.io/topology-mode";

function topologyAnnotations(annotations: { readonly [key: string]: string }, errors: FieldErrors): void {
  const [hints, mode] = [annotations[HINTS], annotations[MODE]];
  if (hints !== undefined && mode !== undefined && hints !== mode)
    errors.invalid(`metadata.annotations[${MODE}]`, mode, `must match annotations[${HINTS}] when both are specified`);
}

function externalName(spec: ServiceSpec, errors: FieldErrors): void {
  const unset = "may not be set for ExternalName services";
  if ((spec.clusterIPs?.length ?? 0) > 0) errors.forbidden("spec.clusterIPs", unset);
  if ((spec.ipFamilies?.length ?? 0) > 0) errors.forbidden("spec.ipFamilies", unset);
  if (spec.ipFamilyPolicy !== undefined) errors.forbidden("spec.ipFamilyPolicy", unset);
  const name = (spec.externalName ?? "").replace(/\.$/, "");
  if (name === "") errors.required("spec.externalName");
  else complaints(subdomainProblems(name), name, "spec.externalName", errors);
}

function servicePort(port: ServicePort, at: string, named: boolean, names: Set<string>, errors: FieldErrors): void {
  const { name = "" } = port;
  if (name === "") {
    if (named) errors.required(`${at}.name`);
  } else {
    complaints(labelProblems(name), name, `${at}.name`, errors);
    if (names.has(name)) errors.duplicate(`${at}.name`, name);
    names.add(name);
  }
  portNumber(port.port, `${at}.port`, errors);
  if (port.protocol === "") errors.required(`${at}.protocol`);
  else oneOf(port.protocol, ["SCTP", "TCP", "UDP"], `${at}.protocol`, errors);
  portReference(port.targetPort, `${at}.targetPort`, errors);
  if (port.appProtocol !== undefined) qualifiedName(port.appProtocol, `${at}.appProtocol`, errors);
}

const AFFINITY_SECONDS_MAX = 86_400;

function affinity(spec: ServiceSpec, errors: FieldErrors): void {
  const { sessionAffinity = "", sessionAffinityConfig } = spec;
  if (sessionAffinity === "") errors.required("spec.sessionAffinity");
  else oneOf(sessionAffinity, ["ClientIP", "None"], "spec.sessionAffinity", errors);
  const timeout = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (sessionAffinity !== "ClientIP" || timeout === undefined) return;
  if (timeout <= 0 || timeout > AFFINITY_SECONDS_MAX)
    errors.invalid(
      "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
      timeout,
      `must be greater than 0 and less than ${AFFINITY_SECONDS_MAX}`,
    );
}

/** Ports by number and protocol, and node ports, stand once; a ClusterIP Service has no node ports. */
function distinctPorts({ type, ports = [] }: ServiceSpec, errors: FieldErrors): void {
  const nodePorts = new Set<string>();
  const numbers = new Set<string>();
  for (const [i, { nodePort = 0 }] of ports.entries())
    if (type === "ClusterIP" && nodePort !== 0)
      errors.forbidden(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'");
  for (const [i, { nodePort = 0, protocol = "TCP" }] of ports.entries()) {
    if (nodePort === 0) continue;
    if (nodePorts.has(`${protocol} ${nodePort}`)) errors.duplicate(`spec.ports[${i}].nodePort`, nodePort);
    nodePorts.add(`${protocol} ${nodePort}`);
  }
  for (const [i, { port, protocol = "TCP" }] of ports.entries()) {
    if (numbers.has(`${protocol} ${port}`))
      errors.duplicate(`spec.ports[${i}]`, {
        Name: "",
        Protocol: protocol,
        AppProtocol: null,
        Port: port,
        TargetPort: 0,
        NodePort: 0,
      });
    numbers.add(`${protocol} ${port}`);
  }
}

const SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";

function balancer(annotations: { readonly [key: string]: string }, spec: ServiceSpec, errors: FieldErrors): void {
  const isBalancer = spec.type === "LoadBalancer";
  const ranges = spec.loadBalancerSourceRanges ?? [];
  const noted = ranges.length > 0 ? undefined : annotations[SOURCE_RANGES];
  if (ranges.length > 0) {
    if (!isBalancer) errors.forbidden("spec.LoadBalancerSourceRanges", LOAD_BALANCER_ONLY);
    for (const [i, range] of ranges.entries()) legacyCidr(range.trim(), `spec.LoadBalancerSourceRanges[${i}]`, errors);
  } else if (noted !== undefined) {
    const at = `metadata.annotations[${SOURCE_RANGES}]`;
    if (!isBalancer) errors.forbidden(at, LOAD_BALANCER_ONLY);
    if (noted.trim() !== "") for (const range of noted.split(",")) legacyCidr(range.trim(), at, errors);
  }
  if (spec.allocateLoadBalancerNodePorts !== undefined && !isBalancer)
    errors.forbidden("spec.allocateLoadBalancerNodePorts", LOAD_BALANCER_ONLY);
  if (spec.loadBalancerClass === undefined) return;
  if (!isBalancer) errors.forbidden("spec.loadBalancerClass", LOAD_BALANCER_ONLY);
  else qualifiedName(spec.loadBalancerClass, "spec.loadBalancerClass", errors);
}

function traffic(spec: ServiceSpec, errors: FieldErrors): void {
  const { type, externalTrafficPolicy: external, healthCheckNodePort: health = 0 } = spec;
  const exposed = type === "NodePort" || type === "LoadBalancer" || (spec.externalIPs?.length ?? 0) > 0;
  if (!exposed) {
    if (external !== undefined)
      errors.invalid("spec.externalTrafficPolicy", external, "may only be set for externally-accessible services");
  } else if ((external ?? "") === "") errors.required("spec.externalTrafficPolicy");
  else oneOf(external, ["Cluster", "Local"], "spec.externalTrafficPolicy", errors);
  if (type === "LoadBalancer" && external === "Local") {
    if (health === 0) errors.required("spec.healthCheckNodePort");
    else portNumber(health, "spec.healthCheckNodePort", errors);
  } else if (health !== 0)
    errors.invalid(
      "spec.healthCheckNodePort",
      health,
      "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
    );
  oneOf(spec.internalTrafficPolicy, ["Cluster", "Local"], "spec.internalTrafficPolicy", errors);
  oneOf(
    spec.trafficDistribution,
    ["PreferClose", "PreferSameNode", "PreferSameZone"],
    "spec.trafficDistribution",
    errors,
  );
}

/** Addresses that can never be an endpoint or an external address. */
export function nonSpecialIp(address: string, at: string, errors: FieldErrors): void {
  if (address === "0.0.0.0" || address === "::") errors.invalid(at, address, `may not be unspecified (${address})`);
  if (address.startsWith("127.") || address === "::1")
    errors.invalid(at, address, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
  if (address.startsWith("169.254."))
    errors.invalid(at, address, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
  if (address.startsWith("224.0.0."))
    errors.invalid(at, address, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
}

/** Validates a change of a Service: its addresses stay while its type needs them. */
export function validateServiceUpdate(object: Service, stored: Service, errors: FieldErrors): void {
  const { spec } = object;
  const old = stored.spec;
  if (spec === old) return;
  if (spec.type !== "ExternalName" && old.type !== "ExternalName") {
    addressesStay(spec, old, errors);
    familiesStay(spec, old, errors);
  }
  if (old.type === "LoadBalancer" && spec.type === "LoadBalancer" && spec.loadBalancerClass !== old.loadBalancerClass)
    errors.invalid("spec.loadBalancerClass", spec.loadBalancerClass, "may not change once set");
  const checked = ({ type, externalTrafficPolicy }: ServiceSpec): boolean =>
    type === "LoadBalancer" && externalTrafficPolicy === "Local";
  if (checked(spec) && checked(old) && spec.healthCheckNodePort !== old.healthCheckNodePort)
    errors.forbidden("spec.healthCheckNodePort", "field is immutable");
  validateService(object, errors);
}

function isHeadless({ clusterIPs = [] }: ServiceSpec): boolean {
  return clusterIPs.length === 1 && clusterIPs[0] === "None";
}

function addressesStay(spec: ServiceSpec, old: ServiceSpec, errors: FieldErrors): void {
  if (isHeadless(spec) && isHeadless(old)) return;
  const now = spec.clusterIPs ?? [];
  const before = old.clusterIPs ?? [];
  const once = "may not change once set";
  if (now.length === before.length) {
    for (const [i, address] of before.entries())
      if (address !== now[i]) errors.invalid(`spec.clusterIPs[${i}]`, now, once);
    return;
  }
  if (now.length === 0) errors.invalid("spec.clusterIPs[0]", null, "primary clusterIP can not be unset");
  else if (before.length > 0 && now[0] !== before[0]) errors.invalid("spec.clusterIPs[0]", now, once);
  if (before.length > now.length && now.length === 1 && spec.ipFamilyPolicy !== "SingleStack")
    errors.invalid(
      "spec.ipFamilyPolicy",
      spec.ipFamilyPolicy,
      "must be set to 'SingleStack' when releasing the secondary clusterIP",
    );
}

function familiesStay(spec: ServiceSpec, old: ServiceSpec, errors: FieldErrors): void {
  if (isHeadless(spec) || isHeadless(old)) return;
  const now = spec.ipFamilies ?? [];
  const before = old.ipFamilies ?? [];
  if (now.length === before.length) {
    for (const [i, family] of before.entries())
      if (family !== now[i]) errors.invalid("spec.ipFamilies[0]", now, "may not change once set");
  } else if (now.length > 0 && before.length > 0 && now[0] !== before[0])
    errors.invalid("spec.ipFamilies[0]", spec.clusterIPs, "may not change once set");
  if (before.length > now.length && now.length === 1 && spec.ipFamilyPolicy !== "SingleStack")
    errors.invalid(
      "spec.ipFamilyPolicy",
      spec.ipFamilyPolicy,
      "must be set to 'SingleStack' when releasing the secondary ipFamily",
    );
}

/** Validates a Service's status: addresses of a load balancer that it has. */
export function validateServiceStatus({ spec, status }: Service, errors: FieldErrors): void {
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0 && spec.type !== "LoadBalancer")
    return errors.forbidden("status.loadBalancer.ingress", "may only be used when `spec.type` is 'LoadBalancer'");
  for (const [i, { ip, hostname }] of ingress.entries()) {
    if (ip !== undefined && !isIp(ip)) errors.invalid(`status.loadBalancer.ingress[${i}].ip`, ip, IP_FORM);
    if (hostname !== undefined)
      complaints(subdomainProblems(hostname), hostname, `status.loadBalancer.ingress[${i}].hostname`, errors);
  }
}
