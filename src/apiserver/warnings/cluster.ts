import type { Node, PersistentVolume, Secret, ServiceAccount } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { Ingress, NetworkPolicy } from "../../api/types/networking-v1.ts";
import type { CSIDriver, CSIStorageCapacity, StorageClass } from "../../api/types/storage-v1.ts";
import type { ApiObject } from "../../api/object.ts";
import { decodeBase64 } from "../base64.ts";
import { isObject } from "../patch/merge.ts";
import { cidrWarnings, ipWarnings } from "./ip.ts";
import { deprecatedLabel, nodeTermWarnings } from "./node-labels.ts";

const INGRESS_CLASS = "kubernetes.io/ingress.class";

/** Warnings about a new Ingress. */
export function ingressWarnings({ metadata, spec }: Ingress, stored: Ingress | undefined): readonly string[] {
  if (stored !== undefined || metadata.annotations?.[INGRESS_CLASS] === undefined) return [];
  if (spec?.ingressClassName !== undefined) return [];
  return [`annotation "${INGRESS_CLASS}" is deprecated, please use 'spec.ingressClassName' instead`];
}

const MOUNTABLE = "kubernetes.io/enforce-mountable-secrets";

/** Warnings about a ServiceAccount that begins to enforce its mountable secrets. */
export function serviceAccountWarnings(object: ServiceAccount, stored: ServiceAccount | undefined): readonly string[] {
  const had = stored?.metadata.annotations?.[MOUNTABLE] !== undefined;
  if (had || object.metadata.annotations?.[MOUNTABLE] === undefined) return [];
  return [
    `metadata.annotations[${MOUNTABLE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
  ];
}

const OLD_VOLUMES: readonly (readonly [field: string, since: string])[] = [
  ["cephfs", "deprecated in v1.28, non-functional in v1.31+"],
  ["photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"],
  ["scaleIO", "deprecated in v1.16, non-functional in v1.22+"],
  ["storageos", "deprecated in v1.22, non-functional in v1.25+"],
  ["glusterfs", "deprecated in v1.25, non-functional in v1.26+"],
  ["rbd", "deprecated in v1.28, non-functional in v1.31+"],
];
const OLD_ANNOTATIONS: readonly (readonly [key: string, message: string])[] = [
  ["volume.beta.kubernetes.io/storage-class", 'deprecated since v1.8; use "storageClassName" attribute instead'],
  ["volume.beta.kubernetes.io/mount-options", 'deprecated since v1.31; use "mountOptions" attribute instead'],
];

/** Warnings about a PersistentVolume. */
export function volumeWarnings({ metadata, spec }: PersistentVolume): readonly string[] {
  const warnings = OLD_ANNOTATIONS.filter(([key]) => metadata.annotations?.[key] !== undefined).map(
    ([key, message]) => `metadata.annotations[${key}]: ${message}`,
  );
  if (spec?.persistentVolumeReclaimPolicy === "Recycle")
    warnings.push(
      "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.",
    );
  for (const [i, term] of (spec?.nodeAffinity?.required?.nodeSelectorTerms ?? []).entries())
    warnings.push(...nodeTermWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${i}]`, false));
  const fields: unknown = spec;
  for (const [field, since] of OLD_VOLUMES)
    if (isObject(fields) && fields[field] !== undefined)
      warnings.push(`spec.${field === "storageos" ? "storageOS" : field}: ${since}`);
  return warnings;
}

/** Warnings about a StorageClass. */
export function storageClassWarnings({ allowedTopologies = [] }: StorageClass): readonly string[] {
  const warnings: string[] = [];
  for (const [i, { matchLabelExpressions = [] }] of allowedTopologies.entries())
    for (const [j, { key }] of matchLabelExpressions.entries()) {
      const message = deprecatedLabel(key);
      if (message !== undefined) warnings.push(`allowedTopologies[${i}].matchLabelExpressions[${j}].key: ${message}`);
    }
  return warnings;
}

/** Warnings about a CSIStorageCapacity. */
export function storageCapacityWarnings({ nodeTopology }: CSIStorageCapacity): readonly string[] {
  const warnings: string[] = [];
  for (const [i, { key }] of (nodeTopology?.matchExpressions ?? []).entries()) {
    const message = deprecatedLabel(key);
    if (message !== undefined) warnings.push(`nodeTopology.matchExpressions[${i}].key: ${key} is ${message}`);
  }
  for (const label of Object.keys(nodeTopology?.matchLabels ?? {})) {
    const message = deprecatedLabel(label);
    if (message !== undefined) warnings.push(`nodeTopology.matchLabels.${label}: ${message}`);
  }
  return warnings;
}

/** Warnings about a RuntimeClass. */
export function runtimeClassWarnings(object: ApiObject): readonly string[] {
  const { scheduling } = object as ApiObject & {
    readonly scheduling?: { readonly nodeSelector?: { readonly [key: string]: string } };
  };
  return Object.keys(scheduling?.nodeSelector ?? {}).flatMap((key) => {
    const message = deprecatedLabel(key);
    return message === undefined ? [] : [`scheduling.nodeSelector: ${message}`];
  });
}

/** Warnings about a CSIDriver. */
export function csiDriverWarnings({ spec }: CSIDriver): readonly string[] {
  if ((spec.tokenRequests?.length ?? 0) === 0 || spec.serviceAccountTokenInSecrets !== undefined) return [];
  return [
    "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes",
  ];
}

/** Warnings about an EndpointSlice. */
export function endpointSliceWarnings({ metadata, addressType, endpoints }: EndpointSlice): readonly string[] {
  const old = addressType === "FQDN" ? ["spec.addressType: FQDN endpoints are deprecated"] : [];
  const manager = metadata.labels?.["endpointslice.kubernetes.io/managed-by"];
  if (manager === "endpointslice-controller.k8s.io" || manager === "endpointslicemirroring-controller.k8s.io")
    return old;
  const addresses = (endpoints ?? []).flatMap((endpoint, i) =>
    (endpoint.addresses ?? []).flatMap((address, j) => ipWarnings(address, `endpoints[${i}].addresses[${j}]`)),
  );
  return addressType === "FQDN" ? old : [...old, ...addresses];
}

/** Warnings about a NetworkPolicy. */
export function networkPolicyWarnings({ spec }: NetworkPolicy): readonly string[] {
  const warnings: string[] = [];
  const check = (
    peers: readonly { readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] } }[],
    at: string,
  ): void => {
    for (const [j, { ipBlock }] of peers.entries()) {
      if (ipBlock === undefined) continue;
      warnings.push(...cidrWarnings(ipBlock.cidr, `${at}[${j}].ipBlock.cidr`));
      for (const [k, range] of (ipBlock.except ?? []).entries())
        warnings.push(...cidrWarnings(range, `${at}[${j}].ipBlock.except[${k}]`));
    }
  };
  for (const [i, rule] of (spec?.ingress ?? []).entries()) check(rule.from ?? [], `spec.ingress[${i}].from`);
  for (const [i, rule] of (spec?.egress ?? []).entries()) check(rule.to ?? [], `spec.egress[${i}].to`);
  return warnings;
}

/** Warnings about a Node. */
export function nodeWarnings({ spec }: Node): readonly string[] {
  return [
    ...(spec?.configSource === undefined ? [] : ["spec.configSource: the feature is removed"]),
    ...((spec?.externalID ?? "") === ""
      ? []
      : ["spec.externalID: this field is deprecated, and is unused by Kubernetes"]),
    ...(spec?.podCIDRs ?? []).flatMap((range, i) => cidrWarnings(range, `spec.podCIDRs[${i}]`)),
  ];
}

const BEGIN = /-----BEGIN [A-Z0-9 ]+-----/;

/** Warnings about a Secret: a pair of TLS keys without any PEM data. Whether certificate and key fit is not checked. */
export function secretWarnings({ type, data }: Secret): readonly string[] {
  if (type !== "kubernetes.io/tls") return [];
  for (const [key, what] of [
    ["tls.crt", "certificate"],
    ["tls.key", "key"],
  ] as const)
    if (!BEGIN.test(decodeBase64(data?.[key] ?? ""))) return [`tls: failed to find any PEM data in ${what} input`];
  return [];
}
