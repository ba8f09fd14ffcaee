import type { NodeSelectorTerm, PersistentVolume } from "../../../api/types/core-v1.ts";
import type { CSINode } from "../../../api/types/storage-v1.ts";

const GA_ZONE = "topology.kubernetes.io/zone";
const BETA_ZONE = "failure-domain.beta.kubernetes.io/zone";
const BETA_REGION = "failure-domain.beta.kubernetes.io/region";
const GA_REGION = "topology.kubernetes.io/region";
const MIGRATED_PLUGINS = "storage.alpha.kubernetes.io/migrated-plugins";

const translated = new WeakMap<PersistentVolume, PersistentVolume>();

/** The volume as the node's CSI driver sees it, where an in-tree plugin was migrated on that node: zones become the driver's topology. */
export function asSeenBy(volume: PersistentVolume, csiNode: CSINode | undefined): PersistentVolume {
  const topology = driverTopology(volume);
  if (topology === undefined) return volume;
  const migrated = csiNode?.metadata.annotations?.[MIGRATED_PLUGINS]?.split(",") ?? [];
  if (!migrated.includes(topology.plugin)) return volume;
  let known = translated.get(volume);
  if (known === undefined) {
    known = translate(volume, topology.key);
    translated.set(volume, known);
  }
  return known;
}

function driverTopology({ spec }: PersistentVolume): { readonly plugin: string; readonly key: string } | undefined {
  if (spec?.awsElasticBlockStore !== undefined)
    return { plugin: "kubernetes.io/aws-ebs", key: "topology.ebs.csi.aws.com/zone" };
  if (spec?.gcePersistentDisk !== undefined) return { plugin: "kubernetes.io/gce-pd", key: "topology.gke.io/zone" };
  if (spec?.cinder !== undefined)
    return { plugin: "kubernetes.io/cinder", key: "topology.cinder.csi.openstack.org/zone" };
  return undefined;
}

function translate(volume: PersistentVolume, driverKey: string): PersistentVolume {
  const terms = volume.spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const labels = volume.metadata.labels ?? {};
  const inTerms = (key: string): boolean =>
    terms.some(({ matchExpressions = [] }) =>
      matchExpressions.some((one) => one.key === key && (one.values?.length ?? 0) > 0),
    );
  const beta =
    !inTerms(GA_ZONE) && (inTerms(BETA_ZONE) || (labels[GA_ZONE] === undefined && labels[BETA_ZONE] !== undefined));
  const zoneLabel = beta ? BETA_ZONE : GA_ZONE;
  const renamed = (key: string): string =>
    key === zoneLabel ? driverKey : beta && key === BETA_REGION ? GA_REGION : key;
  let translatedTerms: readonly NodeSelectorTerm[] = terms.map((term) => ({
    ...term,
    ...(term.matchExpressions !== undefined && {
      matchExpressions: term.matchExpressions.map((one) => ({ ...one, key: renamed(one.key) })),
    }),
  }));
  const zones = (labels[zoneLabel] ?? "")
    .split("__")
    .map((zone) => zone.trim())
    .filter((zone) => zone !== "");
  if (!inTerms(zoneLabel) && zones.length > 0) {
    const zone = { key: driverKey, operator: "In", values: zones };
    const base: readonly NodeSelectorTerm[] = translatedTerms.length === 0 ? [{}] : translatedTerms;
    translatedTerms = base.map((term) => ({ ...term, matchExpressions: [...(term.matchExpressions ?? []), zone] }));
  }
  if (translatedTerms.length === 0) return volume;
  return { ...volume, spec: { ...volume.spec, nodeAffinity: { required: { nodeSelectorTerms: translatedTerms } } } };
}
