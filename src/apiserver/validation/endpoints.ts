import type { Endpoints } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { labelProblems, subdomainProblems } from "../name-rules.ts";
import { complaints, IP_FORM, isIp, isIpv6, oneOf, portNumber, qualifiedName } from "./common.ts";
import { nonSpecialIp } from "./service.ts";

const PROTOCOLS = ["SCTP", "TCP", "UDP"];

/** Validates Endpoints. */
export function validateEndpoints({ subsets }: Endpoints, errors: FieldErrors): void {
  for (const [i, subset] of (subsets ?? []).entries()) {
    const at = `subsets[${i}]`;
    if ((subset.addresses?.length ?? 0) === 0 && (subset.notReadyAddresses?.length ?? 0) === 0)
      errors.required(at, "must specify `addresses` or `notReadyAddresses`");
    for (const group of ["addresses", "notReadyAddresses"] as const)
      for (const [j, { ip = "", hostname, nodeName }] of (subset[group] ?? []).entries()) {
        const field = `${at}.${group}[${j}]`;
        if (!isIp(ip)) errors.invalid(`${field}.ip`, ip, IP_FORM);
        if (hostname !== undefined) complaints(labelProblems(hostname), hostname, `${field}.hostname`, errors);
        if (nodeName !== undefined) complaints(subdomainProblems(nodeName), nodeName, `${field}.nodeName`, errors);
        if (isIp(ip)) nonSpecialIp(ip, `${field}.ip`, errors);
        else errors.invalid(`${field}.ip`, ip, "must be a valid IP address");
      }
    for (const [j, port] of (subset.ports ?? []).entries()) {
      const field = `${at}.ports[${j}]`;
      if ((port.name ?? "") === "") {
        if ((subset.ports?.length ?? 0) > 1) errors.required(`${field}.name`);
      } else complaints(labelProblems(port.name ?? ""), port.name, `${field}.name`, errors);
      portNumber(port.port, `${field}.port`, errors);
      oneOf(port.protocol, PROTOCOLS, `${field}.protocol`, errors);
    }
  }
}

/** Validates an EndpointSlice. */
export function validateEndpointSlice(slice: EndpointSlice, errors: FieldErrors): void {
  const { addressType } = slice;
  if (addressType === "") errors.required("addressType");
  else oneOf(addressType, ["FQDN", "IPv4", "IPv6"], "addressType", errors);
  const names = new Set<string>();
  for (const [i, port] of (slice.ports ?? []).entries()) {
    const { name = "" } = port;
    if (name !== "") complaints(labelProblems(name), name, `ports[${i}].name`, errors);
    if (names.has(name)) errors.duplicate(`ports[${i}].name`, name);
    names.add(name);
    oneOf(port.protocol, PROTOCOLS, `ports[${i}].protocol`, errors);
    if (port.appProtocol !== undefined) qualifiedName(port.appProtocol, `ports[${i}].appProtocol`, errors);
  }
  for (const [i, endpoint] of (slice.endpoints ?? []).entries()) {
    const at = `endpoints[${i}]`;
    if ((endpoint.addresses?.length ?? 0) === 0) errors.required(`${at}.addresses`, "must contain at least 1 address");
    for (const [j, address] of (endpoint.addresses ?? []).entries())
      sliceAddress(addressType, address, `${at}.addresses`, j, errors);
    if (endpoint.nodeName !== undefined)
      complaints(subdomainProblems(endpoint.nodeName), endpoint.nodeName, `${at}.nodeName`, errors);
    if (endpoint.hostname !== undefined)
      complaints(labelProblems(endpoint.hostname), endpoint.hostname, `${at}.hostname`, errors);
    const zones = new Set<string>();
    for (const [j, { name }] of (endpoint.hints?.forZones ?? []).entries()) {
      if (zones.has(name)) errors.duplicate(`${at}.hints.forZones[${j}].name`, name);
      zones.add(name);
    }
  }
}

function sliceAddress(type: string, address: string, at: string, i: number, errors: FieldErrors): void {
  if (type === "FQDN") return complaints(subdomainProblems(address), address, `${at}[${i}]`, errors);
  if (!isIp(address)) errors.invalid(`${at}[${i}]`, address, IP_FORM);
  else if (type === "IPv4" && isIpv6(address)) errors.invalid(at, address, "must be an IPv4 address");
  else if (type === "IPv6" && !isIpv6(address)) errors.invalid(at, address, "must be an IPv6 address");
  if (isIp(address)) nonSpecialIp(address, `${at}[${i}]`, errors);
}

/** Validates a change of an EndpointSlice: the kind of its addresses stays. */
export function validateEndpointSliceUpdate(slice: EndpointSlice, stored: EndpointSlice, errors: FieldErrors): void {
  validateEndpointSlice(slice, errors);
  if (slice.addressType !== stored.addressType) errors.invalid("addressType", slice.addressType, "field is immutable");
}
