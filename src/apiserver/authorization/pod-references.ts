import type { Container, Pod, Volume } from "../../api/types/core-v1.ts";

/** What a pod refers to in its namespace, by name. */
export interface PodReferences {
  readonly secrets: ReadonlySet<string>;
  readonly configMaps: ReadonlySet<string>;
  readonly claims: ReadonlySet<string>;
}

interface Found {
  readonly secrets: Set<string>;
  readonly configMaps: Set<string>;
  readonly claims: Set<string>;
}

/** The secrets, configMaps and claims that a pod names anywhere. */
export function podReferences({ metadata, spec }: Pod): PodReferences {
  const found: Found = { secrets: new Set(), configMaps: new Set(), claims: new Set() };
  for (const { name = "" } of spec.imagePullSecrets ?? []) found.secrets.add(name);
  for (const list of [spec.initContainers, spec.containers, spec.ephemeralContainers])
    for (const container of list ?? []) ofContainer(container, found);
  for (const volume of spec.volumes ?? []) ofVolume(volume, metadata.name, found);
  return found;
}

function ofContainer({ env, envFrom }: Pick<Container, "env" | "envFrom">, found: Found): void {
  for (const { valueFrom } of env ?? []) {
    const { secretKeyRef, configMapKeyRef } = valueFrom ?? {};
    if (secretKeyRef !== undefined) found.secrets.add(secretKeyRef.name ?? "");
    if (configMapKeyRef !== undefined) found.configMaps.add(configMapKeyRef.name ?? "");
  }
  for (const { secretRef, configMapRef } of envFrom ?? []) {
    if (secretRef !== undefined) found.secrets.add(secretRef.name ?? "");
    if (configMapRef !== undefined) found.configMaps.add(configMapRef.name ?? "");
  }
}

function ofVolume(volume: Volume, pod: string, found: Found): void {
  const { secret, configMap, projected, persistentVolumeClaim, ephemeral, csi } = volume;
  if (secret !== undefined) found.secrets.add(secret.secretName ?? "");
  if (configMap !== undefined) found.configMaps.add(configMap.name ?? "");
  if (persistentVolumeClaim !== undefined) found.claims.add(persistentVolumeClaim.claimName);
  if (ephemeral !== undefined) found.claims.add(`${pod}-${volume.name}`);
  if (csi?.nodePublishSecretRef !== undefined) found.secrets.add(csi.nodePublishSecretRef.name ?? "");
  for (const source of projected?.sources ?? []) {
    if (source.secret !== undefined) found.secrets.add(source.secret.name ?? "");
    if (source.configMap !== undefined) found.configMaps.add(source.configMap.name ?? "");
  }
}
