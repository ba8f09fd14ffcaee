import type { ServiceSpec } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { isIpv6, legacyIp, oneOf } from "./common.ts";

const FAMILIES = ["IPv4", "IPv6"];
const ADDRESSES_MAX = 2;

/** Validates clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy against each other. */
export function clusterIpProblems(spec: ServiceSpec, errors: FieldErrors): void {
  if (spec.type === "ExternalName") return;
  const { clusterIP = "", clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  if (clusterIP === "") {
    if (clusterIPs.length > 0)
      errors.invalid("spec.clusterIPs", clusterIPs, "must be empty when `clusterIP` is not specified");
  } else if (clusterIPs.length === 0) errors.required("spec.clusterIPs");
  else if (clusterIPs[0] !== clusterIP)
    errors.invalid("spec.clusterIPs", clusterIPs, "first value must match `clusterIP`");
  const seen = new Set<string>();
  for (const [i, family] of ipFamilies.entries()) {
    oneOf(family, FAMILIES, `spec.ipFamilies[${i}]`, errors);
    if (seen.has(family)) errors.duplicate(`spec.ipFamilies[${i}]`, family);
    seen.add(family);
  }
  oneOf(ipFamilyPolicy, ["PreferDualStack", "RequireDualStack", "SingleStack"], "spec.ipFamilyPolicy", errors);
  if (addresses(clusterIPs, errors)) return;
  if (clusterIPs.length > 1 && clusterIPs.every(isIpv6) === clusterIPs.some(isIpv6))
    errors.invalid("spec.clusterIPs", clusterIPs, "may specify no more than one IP for each IP family");
  if (clusterIPs[0] === "None") return;
  for (const [i, address] of clusterIPs.entries()) {
    const family = ipFamilies[i];
    if (family === undefined || (family === "IPv6") === isIpv6(address)) continue;
    errors.invalid(
      `spec.clusterIPs[${i}]`,
      address,
      `expected an ${family} value as indicated by \`ipFamilies[${i}]\``,
    );
  }
}

/** Checks each address; true when one is none, which makes further checks pointless. */
function addresses(list: readonly string[], errors: FieldErrors): boolean {
  let broken = false;
  for (const [i, address] of list.entries()) {
    if (i === 0 && address === "None") {
      if (list.length > 1) errors.invalid("spec.clusterIPs", list, "'None' must be the first and only value");
      broken ||= list.length > 1;
    } else if (!legacyIp(address, `spec.clusterIPs[${i}]`, errors)) broken = true;
  }
  if (list.length > ADDRESSES_MAX) errors.invalid("spec.clusterIPs", list, "may only hold up to 2 values");
  return broken;
}
