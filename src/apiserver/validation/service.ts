import type { Service, ServicePort, ServiceSpec } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { validateLabels } from "../metadata.ts";
import { labelProblems, subdomainProblems } from "../name-rules.ts";
import { complaints, IP_FORM, isIp, oneOf, portNumber, portReference, qualifiedName } from "./common.ts";

const TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const LOAD_BALANCER_ONLY = "may only be used when `type` is 'LoadBalancer'";

/** Validates a Service. */
export function validateService({ spec }: Service, errors: FieldErrors): void {
  const { type = "", clusterIP } = spec;
  if ((spec.ports?.length ?? 0) === 0 && clusterIP !== "None" && type !== "ExternalName") errors.required("spec.ports");
  if (type === "LoadBalancer" && clusterIP === "None")
    errors.invalid("spec.clusterIPs[0]", clusterIP, "may not be set to 'None' for LoadBalancer services");
  if (type === "ExternalName") externalName(spec, errors);
  const names = new Set<string>();
  for (const [i, port] of (spec.ports ?? []).entries())
    servicePort(port, `spec.ports[${i}]`, (spec.ports?.length ?? 0) > 1, clusterIP === "None", names, errors);
  validateLabels(spec.selector, "spec.selector", errors);
  oneOf(spec.sessionAffinity, ["ClientIP", "None"], "spec.sessionAffinity", errors);
  const timeout = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (timeout !== undefined && (timeout <= 0 || timeout > 86_400))
    errors.invalid(
      "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
      timeout,
      "must be greater than 0 and less than 86400",
    );
  families(spec, errors);
  for (const [i, address] of (spec.externalIPs ?? []).entries()) {
    if (!isIp(address)) errors.invalid(`spec.externalIPs[${i}]`, address, IP_FORM);
    else nonSpecialIp(address, `spec.externalIPs[${i}]`, errors);
  }
  if (type === "") errors.required("spec.type");
  else oneOf(type, TYPES, "spec.type", errors);
  balancer(spec, errors);
  traffic(spec, errors);
}

function externalName(spec: ServiceSpec, errors: FieldErrors): void {
  if ((spec.clusterIPs?.length ?? 0) > 0 || (spec.clusterIP ?? "") !== "")
    errors.forbidden("spec.clusterIPs", "may not be set for ExternalName services");
  const name = (spec.externalName ?? "").replace(/\.$/, "");
  if (name === "") errors.required("spec.externalName");
  else complaints(subdomainProblems(name), name, "spec.externalName", errors);
}

function servicePort(
  port: ServicePort,
  at: string,
  named: boolean,
  headless: boolean,
  names: Set<string>,
  errors: FieldErrors,
): void {
  const { name = "" } = port;
  if (name === "") {
    if (named) errors.required(`${at}.name`);
  } else {
    complaints(labelProblems(name), name, `${at}.name`, errors);
    if (names.has(name)) errors.duplicate(`${at}.name`, name);
    names.add(name);
  }
  portNumber(port.port, `${at}.port`, errors);
  oneOf(port.protocol, ["SCTP", "TCP", "UDP"], `${at}.protocol`, errors);
  portReference(port.targetPort, `${at}.targetPort`, errors);
  if (port.appProtocol !== undefined) qualifiedName(port.appProtocol, `${at}.appProtocol`, errors);
  if (headless && port.nodePort !== undefined && port.nodePort !== 0)
    errors.forbidden(`${at}.nodePort`, "may not be used when `clusterIP` is 'None'");
}

function families(spec: ServiceSpec, errors: FieldErrors): void {
  for (const [i, family] of (spec.ipFamilies ?? []).entries())
    oneOf(family, ["IPv4", "IPv6"], `spec.ipFamilies[${i}]`, errors);
  if (spec.ipFamilyPolicy !== undefined)
    oneOf(spec.ipFamilyPolicy, ["PreferDualStack", "RequireDualStack", "SingleStack"], "spec.ipFamilyPolicy", errors);
}

function balancer(spec: ServiceSpec, errors: FieldErrors): void {
  const isBalancer = spec.type === "LoadBalancer";
  if ((spec.loadBalancerSourceRanges?.length ?? 0) > 0 && !isBalancer)
    errors.forbidden("spec.LoadBalancerSourceRanges", LOAD_BALANCER_ONLY);
  if (spec.allocateLoadBalancerNodePorts !== undefined && !isBalancer)
    errors.forbidden("spec.allocateLoadBalancerNodePorts", LOAD_BALANCER_ONLY);
  if (spec.loadBalancerClass === undefined) return;
  if (!isBalancer) errors.forbidden("spec.loadBalancerClass", LOAD_BALANCER_ONLY);
  else qualifiedName(spec.loadBalancerClass, "spec.loadBalancerClass", errors);
}

function traffic(spec: ServiceSpec, errors: FieldErrors): void {
  const { type, externalTrafficPolicy: external, healthCheckNodePort: health } = spec;
  const exposed = type === "NodePort" || type === "LoadBalancer" || (spec.externalIPs?.length ?? 0) > 0;
  if (external !== undefined) {
    if (!exposed)
      errors.invalid("spec.externalTrafficPolicy", external, "may only be set for externally-accessible services");
    else oneOf(external, ["Cluster", "Local"], "spec.externalTrafficPolicy", errors);
  }
  if (health !== undefined && health !== 0 && !(type === "LoadBalancer" && external === "Local"))
    errors.invalid(
      "spec.healthCheckNodePort",
      health,
      "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
    );
  oneOf(spec.internalTrafficPolicy, ["Cluster", "Local"], "spec.internalTrafficPolicy", errors);
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
  if (
    spec.type !== "ExternalName" &&
    old.type !== "ExternalName" &&
    old.clusterIP !== undefined &&
    spec.clusterIP !== old.clusterIP
  )
    errors.invalid("spec.clusterIPs[0]", spec.clusterIPs ?? [spec.clusterIP], "may not change once set");
  if (old.type === "LoadBalancer" && spec.type === "LoadBalancer" && spec.loadBalancerClass !== old.loadBalancerClass)
    errors.invalid("spec.loadBalancerClass", spec.loadBalancerClass, "may not change once set");
  validateService(object, errors);
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
