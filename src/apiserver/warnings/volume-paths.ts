import type { KeyToPath, Volume, VolumeProjection } from "../../api/types/core-v1.ts";

interface Source {
  readonly path: string;
  /** What brings the file, where several kinds of sources share a volume. */
  readonly source: string;
}

/** Warnings about volumes whose files overlap: one path is the other's, or lies in it. */
export function overlappingPaths(volumes: readonly Volume[]): readonly string[] {
  return volumes.flatMap((volume) => [
    ...warn(
      volume,
      `ConfigMap ${JSON.stringify(volume.configMap?.name ?? "")}`,
      sourcesOf(volume.configMap?.items, ""),
    ),
    ...warn(volume, `Secret ${JSON.stringify(volume.secret?.secretName ?? "")}`, sourcesOf(volume.secret?.items, "")),
    ...warn(volume, "DownwardAPI", sourcesOf(volume.downwardAPI?.items, "")),
    ...projected(volume),
  ]);
}

function projected(volume: Volume): readonly string[] {
  const warnings: string[] = [];
  const sources: Source[] = [];
  for (const projection of volume.projected?.sources ?? []) {
    if (Object.keys(projection).length === 0)
      warnings.push(`volume ${JSON.stringify(volume.name)} (Projected) has no sources provided`);
    else sources.push(...projectionSources(projection));
  }
  return [...warnings, ...warn(volume, "Projected", sources)];
}

function projectionSources({
  configMap,
  secret,
  downwardAPI,
  serviceAccountToken,
  clusterTrustBundle,
}: VolumeProjection): readonly Source[] {
  if (configMap?.items !== undefined)
    return sourcesOf(configMap.items, `ConfigMap ${JSON.stringify(configMap.name ?? "")}`);
  if (secret?.items !== undefined) return sourcesOf(secret.items, `Secret ${JSON.stringify(secret.name ?? "")}`);
  if (downwardAPI?.items !== undefined) return sourcesOf(downwardAPI.items, "DownwardAPI");
  if (serviceAccountToken !== undefined) return [{ path: serviceAccountToken.path, source: "ServiceAccountToken" }];
  if (clusterTrustBundle === undefined) return [];
  const name = clusterTrustBundle.name ?? clusterTrustBundle.signerName ?? "";
  return [{ path: clusterTrustBundle.path, source: `ClusterTrustBundle ${JSON.stringify(name)}` }];
}

function sourcesOf(items: readonly Pick<KeyToPath, "path">[] | undefined, source: string): readonly Source[] {
  return (items ?? []).map(({ path }) => ({ path, source }));
}

function warn(volume: Volume, what: string, sources: readonly Source[]): readonly string[] {
  const seen: Source[] = [];
  const warnings: string[] = [];
  for (const { path, source } of sources) {
    const trimmed = { path: path.replace(/\/+$/, ""), source };
    for (const other of seen)
      if (trimmed.path !== "" && overlaps(trimmed.path, other.path))
        warnings.push(
          `volume ${JSON.stringify(volume.name)} (${what}): overlapping paths: ${text(trimmed)} with ${text(other)}`,
        );
    seen.push(trimmed);
  }
  return warnings;
}

function overlaps(a: string, b: string): boolean {
  if (b === "") return false;
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

function text({ path, source }: Source): string {
  return source === "" ? JSON.stringify(path) : `${JSON.stringify(path)} (${source})`;
}
