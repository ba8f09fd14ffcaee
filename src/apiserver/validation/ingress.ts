import type {
  Ingress,
  IngressBackend,
  IngressClass,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from "../../api/types/networking-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { parseIp } from "../ip.ts";
import { labelProblems, subdomainProblems } from "../name-rules.ts";
import { complaints, isIp, labelSelector, oneOf, portNameProblems, portNumber, portReference } from "./common.ts";

const WILDCARD = /^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const WILDCARD_FORM =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const PATH_TYPES = ["Exact", "ImplementationSpecific", "Prefix"];

/** Validates an Ingress. */
export function validateIngress({ spec }: Ingress, errors: FieldErrors): void {
  if ((spec?.rules?.length ?? 0) === 0 && spec?.defaultBackend === undefined)
    errors.invalid("spec", null, "either `defaultBackend` or `rules` must be specified");
  if (spec?.defaultBackend !== undefined) backend(spec.defaultBackend, "spec.defaultBackend", errors);
  for (const [i, { host = "", http }] of (spec?.rules ?? []).entries()) {
    const at = `spec.rules[${i}]`;
    if (host !== "") hostName(host, `${at}.host`, errors);
    if (http === undefined) continue;
    if ((http.paths?.length ?? 0) === 0) errors.required(`${at}.http.paths`);
    for (const [j, value] of (http.paths ?? []).entries()) {
      const field = `${at}.http.paths[${j}]`;
      const { path = "" } = value;
      const pathType = value.pathType ?? undefined;
      if (pathType === undefined) {
        errors.required(`${field}.pathType`, "pathType must be specified");
        continue;
      }
      if (!PATH_TYPES.includes(pathType)) errors.notSupported(`${field}.pathType`, pathType, PATH_TYPES);
      else routePath(path, pathType, `${field}.path`, errors);
      backend(value.backend ?? {}, `${field}.backend`, errors);
    }
  }
  for (const [i, { hosts, secretName }] of (spec?.tls ?? []).entries()) {
    for (const [j, host] of (hosts ?? []).entries()) hostName(host, `spec.tls[${i}].hosts[${j}]`, errors);
    if (secretName !== undefined)
      complaints(subdomainProblems(secretName), secretName, `spec.tls[${i}].secretName`, errors);
  }
  const name = spec?.ingressClassName;
  if (name !== undefined) complaints(subdomainProblems(name), name, "spec.ingressClassName", errors);
}

function hostName(host: string, at: string, errors: FieldErrors): void {
  if (isIp(host)) errors.invalid(at, host, "must be a DNS name, not an IP address");
  else if (host.includes("*")) {
    if (!WILDCARD.test(host)) errors.invalid(at, host, WILDCARD_FORM);
  } else complaints(subdomainProblems(host), host, at, errors);
}

function routePath(path: string, pathType: string, at: string, errors: FieldErrors): void {
  if (pathType === "ImplementationSpecific") {
    if (path !== "" && !path.startsWith("/")) errors.invalid(at, path, "must be an absolute path");
    return;
  }
  if (!path.startsWith("/")) errors.invalid(at, path, "must be an absolute path");
  for (const part of ["//", "/./", "/../", "%2f", "%2F"])
    if (path.includes(part)) errors.invalid(at, path, `must not contain '${part}'`);
  for (const part of ["/..", "/."]) if (path.endsWith(part)) errors.invalid(at, path, `cannot end with '${part}'`);
}

function backend({ service, resource }: IngressBackend, at: string, errors: FieldErrors): void {
  if (service !== undefined && resource !== undefined)
    errors.invalid(at, "", "cannot set both resource and service backends");
  else if (resource !== undefined) {
    if ((resource.kind ?? "") === "") errors.required(`${at}.resource.kind`);
    if ((resource.name ?? "") === "") errors.required(`${at}.resource.name`);
  } else if (service === undefined) errors.invalid(at, "", "resource or service backend is required");
  else {
    if ((service.name ?? "") === "") errors.required(`${at}.service.name`);
    else complaints(labelProblems(service.name), service.name, `${at}.service.name`, errors);
    const { name = "", number = 0 } = service.port ?? {};
    if (name !== "" && number !== 0) errors.invalid(at, "", "cannot set both port name & port number");
    else if (name !== "") complaints(portNameProblems(name), name, `${at}.service.port.name`, errors);
    else if (number !== 0) portNumber(number, `${at}.service.port.number`, errors);
    else errors.required(at, "port name or number is required");
  }
}

/** Validates an IngressClass. */
export function validateIngressClass({ spec }: IngressClass, errors: FieldErrors): void {
  const { controller = "", parameters } = spec ?? {};
  if (controller === "") errors.required("spec.controller");
  else if (
    !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(
      controller,
    )
  )
    errors.invalid("spec.controller", controller, 'must be a domain-prefixed path (such as "acme.io/foo")');
  if (parameters === undefined) return;
  const { scope = "", namespace } = parameters;
  if (scope === "") errors.required("spec.parameters.scope");
  else oneOf(scope, ["Cluster", "Namespace"], "spec.parameters.scope", errors);
  if (scope === "Namespace" && (namespace ?? "") === "")
    errors.required("spec.parameters.namespace", "`parameters.scope` is set to 'Namespace'");
  if (scope === "Cluster" && namespace !== undefined)
    errors.forbidden("spec.parameters.namespace", "`parameters.scope` is set to 'Cluster'");
}

/** Validates a change of an IngressClass: its controller stays. */
export function validateIngressClassUpdate(object: IngressClass, stored: IngressClass, errors: FieldErrors): void {
  if (object.spec?.controller !== stored.spec?.controller)
    errors.invalid("spec.controller", object.spec?.controller, "field is immutable");
  validateIngressClass(object, errors);
}

/** Validates a NetworkPolicy. */
export function validateNetworkPolicy({ spec }: NetworkPolicy, errors: FieldErrors): void {
  labelSelector(spec.podSelector, "spec.podSelector", errors);
  for (const [i, rule] of (spec.ingress ?? []).entries()) {
    for (const [j, port] of (rule.ports ?? []).entries()) policyPort(port, `spec.ingress[${i}].ports[${j}]`, errors);
    for (const [j, peer] of (rule.from ?? []).entries()) policyPeer(peer, `spec.ingress[${i}].from[${j}]`, errors);
  }
  for (const [i, rule] of (spec.egress ?? []).entries()) {
    for (const [j, port] of (rule.ports ?? []).entries()) policyPort(port, `spec.egress[${i}].ports[${j}]`, errors);
    for (const [j, peer] of (rule.to ?? []).entries()) policyPeer(peer, `spec.egress[${i}].to[${j}]`, errors);
  }
  const types = spec.policyTypes ?? [];
  if (types.length > 2) return errors.invalid("spec.policyTypes", types, "may not specify more than two policyTypes");
  for (const [i, type] of types.entries()) oneOf(type, ["Egress", "Ingress"], `spec.policyTypes[${i}]`, errors);
}

function policyPort({ protocol, port, endPort }: NetworkPolicyPort, at: string, errors: FieldErrors): void {
  oneOf(protocol, ["TCP", "UDP", "SCTP"], `${at}.protocol`, errors, "as given");
  if (port !== undefined) {
    if (typeof port === "number" && endPort !== undefined && endPort < port)
      errors.invalid(`${at}.endPort`, port, "must be greater than or equal to `port`");
    if (typeof port === "string" && endPort !== undefined)
      errors.invalid(`${at}.endPort`, endPort, "may not be specified when `port` is non-numeric");
    portReference(port, `${at}.port`, errors);
  } else if (endPort !== undefined)
    errors.invalid(`${at}.endPort`, endPort, "may not be specified when `port` is not specified");
}

interface Network {
  readonly base: number;
  readonly bits: number;
}

function parseCidr(text: string): Network | undefined {
  const [address = "", bits = ""] = text.split("/");
  const base = parseIp(address);
  return base === undefined || !/^\d+$/.test(bits) || Number(bits) > 32 ? undefined : { base, bits: Number(bits) };
}

function policyPeer(peer: NetworkPolicyPeer, at: string, errors: FieldErrors): void {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  let count = 0;
  if (podSelector !== undefined) {
    count += 1;
    labelSelector(podSelector, `${at}.podSelector`, errors);
  }
  if (namespaceSelector !== undefined) {
    count += 1;
    labelSelector(namespaceSelector, `${at}.namespaceSelector`, errors);
  }
  if (ipBlock !== undefined) {
    const { cidr } = ipBlock;
    const outer = parseCidr(cidr);
    if (cidr === "") errors.required(`${at}.ipBlock.cidr`);
    else if (outer === undefined && !cidr.includes(":"))
      errors.invalid(`${at}.ipBlock.cidr`, cidr, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
    for (const [i, except] of (ipBlock.except ?? []).entries()) {
      const inner = parseCidr(except);
      const inside =
        inner !== undefined &&
        outer !== undefined &&
        inner.bits > outer.bits &&
        Math.floor(inner.base / 2 ** (32 - outer.bits)) === Math.floor(outer.base / 2 ** (32 - outer.bits));
      if (outer !== undefined && !inside)
        errors.invalid(`${at}.ipBlock.except[${i}]`, except, "must be a strict subset of `cidr`");
    }
    if (count > 0) errors.forbidden(at, "may not specify both ipBlock and another peer");
  } else if (count === 0) errors.required(at, "must specify a peer");
}
