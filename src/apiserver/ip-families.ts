import { withField } from "../base/with-field.ts";
import { deepEqual } from "../api/equal.ts";
import type { ServiceSpec } from "../api/types/core-v1.ts";
import type { FieldErrors } from "./field-errors.ts";
import { clusterIpProblems } from "./validation/cluster-ips.ts";

/** Families of addresses that the cluster gives out; the first is the default. */
const CONFIGURED: readonly string[] = ["IPv4"];

/**
 * Fills in ipFamilyPolicy and ipFamilies of a Service that is to get addresses; what contradicts itself or the cluster is
 * told in `errors`, and the first group of errors ends the work.
 */
export function withIpFamilies(spec: ServiceSpec, before: ServiceSpec | undefined, errors: FieldErrors): ServiceSpec {
  if (spec.type === "ExternalName" || keepsPreferred(spec, before)) return spec;
  const headless = spec.clusterIP === "None" && Object.keys(spec.selector ?? {}).length === 0;
  const policy = spec.ipFamilyPolicy ?? before?.ipFamilyPolicy ?? (headless ? "RequireDualStack" : "SingleStack");
  const named = withField(spec, "ipFamilyPolicy", policy);
  clusterIpProblems(named, errors);
  if (errors.causes.length > 0) return spec;
  const reduced = before === undefined ? named : released(named, before, errors);
  const families = inferred(reduced, policy, errors);
  if (errors.causes.length > 0) return spec;
  if (headless) return withField(reduced, "ipFamilies", headlessFamilies(families, policy));
  if (policy === "RequireDualStack" && CONFIGURED.length < 2)
    errors.invalid("spec.ipFamilyPolicy", policy, "this cluster is not configured for dual-stack services");
  for (const [i, family] of families.entries())
    if (!CONFIGURED.includes(family)) errors.invalid(`spec.ipFamilies[${i}]`, family, "not configured on this cluster");
  if (errors.causes.length > 0) return spec;
  const result = withField(reduced, "ipFamilies", families.length === 0 ? CONFIGURED.slice(0, 1) : families);
  return deepEqual(result, spec) ? spec : result;
}

/** A Service that prefers two families and changes nothing about them stays as it is. */
function keepsPreferred(spec: ServiceSpec, before: ServiceSpec | undefined): boolean {
  return (
    before?.ipFamilyPolicy === "PreferDualStack" &&
    spec.ipFamilyPolicy === "PreferDualStack" &&
    deepEqual(spec.clusterIPs, before.clusterIPs) &&
    deepEqual(spec.ipFamilies, before.ipFamilies)
  );
}

/** An update gives up its second address and family only by asking for a single stack. */
function released(spec: ServiceSpec, before: ServiceSpec, errors: FieldErrors): ServiceSpec {
  const { clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  if (ipFamilyPolicy === "SingleStack") {
    const addresses = deepEqual(clusterIPs, before.clusterIPs ?? []) ? clusterIPs.slice(0, 1) : clusterIPs;
    const families = deepEqual(ipFamilies, before.ipFamilies ?? []) ? ipFamilies.slice(0, 1) : ipFamilies;
    return {
      ...spec,
      ...(addresses.length < clusterIPs.length && { clusterIPs: addresses }),
      ...(families.length < ipFamilies.length && { ipFamilies: families }),
    };
  }
  const reduced = (now: readonly string[], old: readonly string[]): boolean =>
    old.length === 2 && now.length === 1 && now[0] === old[0];
  if (reduced(clusterIPs, before.clusterIPs ?? []))
    errors.invalid("spec.ipFamilyPolicy", ipFamilyPolicy, "must be 'SingleStack' to release the secondary cluster IP");
  if (reduced(ipFamilies, before.ipFamilies ?? []))
    errors.invalid("spec.ipFamilyPolicy", ipFamilyPolicy, "must be 'SingleStack' to release the secondary IP family");
  return spec;
}

/** The families that are named, and those of addresses beyond them. */
function inferred(spec: ServiceSpec, policy: string, errors: FieldErrors): readonly string[] {
  const { clusterIPs = [] } = spec;
  const families = [...(spec.ipFamilies ?? [])];
  if (policy === "SingleStack")
    for (const [list, what] of [
      [clusterIPs, "cluster IPs"],
      [families, "IP families"],
    ] as const)
      if (list.length === 2)
        errors.invalid(
          "spec.ipFamilyPolicy",
          policy,
          `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`,
        );
  for (const [i, address] of clusterIPs.entries()) {
    if (address === "None") break;
    const family = address.includes(":") ? "IPv6" : "IPv4";
    if (i < families.length) continue;
    if (CONFIGURED.includes(family)) families.push(family);
    else errors.invalid(`spec.clusterIPs[${i}]`, clusterIPs, `${family} is not configured on this cluster`);
  }
  return families;
}

/** Nobody knows the endpoints of a headless Service without a selector: it may have both families. */
function headlessFamilies(families: readonly string[], policy: string): readonly string[] {
  const own = families.length === 0 ? CONFIGURED.slice(0, 1) : families;
  if (own.length > 1 || policy === "SingleStack") return own;
  return [...own, own[0] === "IPv4" ? "IPv6" : "IPv4"];
}
