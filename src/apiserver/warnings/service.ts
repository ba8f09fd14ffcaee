import type { Service } from "../../api/types/core-v1.ts";
import { cidrWarnings, ipWarnings } from "./ip.ts";

/** Warnings about a Service: what its type ignores, and what is not to be used any more. */
export function serviceWarnings({ metadata, spec }: Service): readonly string[] {
  const warnings: string[] = [];
  const headless = spec.type === "ClusterIP" && spec.clusterIP === "None";
  const external = spec.externalIPs ?? [];
  const balancerIp = spec.loadBalancerIP ?? "";
  if (metadata.annotations?.["service.kubernetes.io/topology-aware-hints"] !== undefined)
    warnings.push(
      "annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead",
    );
  if (!headless && spec.type !== "ExternalName")
    for (const [i, ip] of (spec.clusterIPs ?? []).entries()) warnings.push(...ipWarnings(ip, `spec.clusterIPs[${i}]`));
  if (headless) {
    if (balancerIp !== "") warnings.push("spec.loadBalancerIP is ignored for headless services");
    if (external.length > 0) warnings.push("spec.externalIPs is ignored for headless services");
    if (spec.sessionAffinity !== "None") warnings.push("spec.SessionAffinity is ignored for headless services");
  }
  for (const [i, ip] of external.entries()) warnings.push(...ipWarnings(ip, `spec.externalIPs[${i}]`));
  if (external.length > 0 && !headless && spec.type !== "ExternalName")
    warnings.push("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
  if (balancerIp !== "") warnings.push(...ipWarnings(balancerIp, "spec.loadBalancerIP"));
  for (const [i, range] of (spec.loadBalancerSourceRanges ?? []).entries())
    warnings.push(...cidrWarnings(range, `spec.loadBalancerSourceRanges[${i}]`));
  if (spec.type === "ExternalName" && external.length > 0)
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  if (spec.type !== "ExternalName" && (spec.externalName ?? "") !== "")
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  if (spec.trafficDistribution === "PreferClose")
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  return warnings;
}
