// HOT: one look per decision; what plugins compute from all nodes and pods is the slow oracle.
import type { ApiObject, Resource } from "../../api/object.ts";
import { controllerOf } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Snapshot } from "../cache/cache.ts";
import type { NodeInfo } from "../cache/node-info.ts";
import type { SpecInfo } from "../cache/pod-info.ts";
import type { PluginArgs } from "../framework/args.ts";
import type { Objects } from "../framework/objects.ts";
import { constraintsFor } from "../plugins/pod-topology-spread/constraints.ts";
import type { AffinityColumns } from "./affinity-columns.ts";
import { addToAffinity, affinityColumns, looksAtAll, placeAffinity } from "./affinity-columns.ts";
import { fewerOf, keep, refuse } from "./columns.ts";
import type { Incoming } from "./incoming.ts";
import { sameLabels } from "./same-labels.ts";
import type { SpreadColumns } from "./spread-columns.ts";
import { addToSpread, placeSpread, spreadColumns, spreadIsClear } from "./spread-columns.ts";

/** What plugins that look at many nodes know for pods that are alike. */
export interface Related {
  readonly hard: SpreadColumns | undefined;
  readonly soft: SpreadColumns | undefined;
  readonly affinity: AffinityColumns | undefined;
  /** Whether the profile filters and scores by affinity. */
  readonly filters: boolean;
  readonly scores: boolean;
  /** Objects that it was made from; another one makes it worthless. */
  readonly services: readonly ApiObject[];
  readonly owner: ApiObject | undefined;
  readonly namespace: ApiObject | undefined;
  /** All namespaces, where a selector picks among them. */
  readonly namespaces: readonly ApiObject[] | undefined;
  readonly version: number;
  cursor: number;
}

/** Nothing but the node itself matters. */
export const ALONE = "alone";

/** Kinds of pods that are remembered for each profile, as long as their rows are no more than this in all; the oldest is dropped. */
const MAX_RELATED = 128;
const MAX_ROWS = 2_000_000;

/** The columns for a pod, up to date; undefined: they cannot serve. */
export function relatedOf(incoming: Incoming): Related | typeof ALONE | undefined {
  const { pod, info, profile, environment, columns, own: of } = incoming;
  const { cache, objects, mutants } = environment;
  const { snapshot } = cache;
  const affine =
    (of.filtersBy.has("affinity") || of.scoresBy.has("affinity")) &&
    (info.hasPodAffinity || cache.withAffinity.size > 0);
  const spreads = (of.filtersBy.has("spread") || of.scoresBy.has("spread")) && maySpread(profile.args, objects, pod);
  if (!affine && !spreads) return ALONE;
  if (mutants.size > 0) return refuse(columns, "planted faults");
  const key = relatedKey(pod, info);
  let related = of.related.get(key);
  if (related !== undefined && !isCurrent(related, objects, pod, snapshot)) related = undefined;
  if (related === undefined) {
    related = newRelated(incoming, affine, spreads);
    of.related.delete(key);
    keep(of.related, key, related, fewerOf(MAX_RELATED, MAX_ROWS, snapshot.list.length));
  } else followChanges(related, snapshot);
  // Without pods that have terms the columns were made without affinity; the first such pod is a change like any other.
  if (affine && related.affinity === undefined) {
    of.related.delete(key);
    return relatedOf(incoming);
  }
  if (related.soft !== undefined && !spreadIsClear(related.soft)) return refuse(columns, "empty topology value");
  return related;
}

/** Whether constraints may be found: own ones, or defaults for a pod that something selects. */
function maySpread({ PodTopologySpread: args }: PluginArgs, objects: Objects, pod: Pod): boolean {
  if ((pod.spec.topologySpreadConstraints?.length ?? 0) > 0) return true;
  if (args.defaultingType !== "System" && args.defaultConstraints.length === 0) return false;
  if (pod.metadata.ownerReferences !== undefined) return true;
  for (const _ of objects.inNamespace("services", pod.metadata.namespace ?? "")) return true;
  return false;
}

function newRelated(incoming: Incoming, affine: boolean, spreads: boolean): Related {
  const { pod, info, profile, environment, columns, own: of } = incoming;
  const { args } = profile;
  const { objects, cache } = environment;
  const { snapshot } = cache;
  const n = snapshot.list.length;
  const hard = spreads && of.filtersBy.has("spread") ? constraintsFor(pod, "DoNotSchedule", args, objects) : [];
  const soft = spreads && of.scoresBy.has("spread") ? constraintsFor(pod, "ScheduleAnyway", args, objects) : [];
  const own = (pod.spec.topologySpreadConstraints?.length ?? 0) > 0;
  const requireAllKeys = own || args.PodTopologySpread.defaultingType !== "System";
  const namespace = pod.metadata.namespace ?? "";
  const related: Related = {
    hard: hard.length === 0 ? undefined : spreadColumns(columns, pod, hard, { requireAllKeys: true, n }),
    soft: soft.length === 0 ? undefined : spreadColumns(columns, pod, soft, { requireAllKeys, n }),
    affinity: affine ? affinityColumns(incoming) : undefined,
    filters: of.filtersBy.has("affinity"),
    scores: of.scoresBy.has("affinity"),
    services: [...objects.inNamespace("services", namespace)],
    owner: ownerOf(objects, pod),
    namespace: objects.get("namespaces", namespace),
    namespaces: hasNamespaceSelector(info) ? [...objects.list("namespaces")] : undefined,
    version: snapshot.version,
    cursor: snapshot.changedFrom + snapshot.changes.rows.length,
  };
  const all = related.hard !== undefined || related.soft !== undefined;
  const byAffinity = related.affinity !== undefined && looksAtAll(related.affinity);
  for (let row = 0; row < n; row += 1) {
    const node = snapshot.list[row] as NodeInfo;
    if (related.hard !== undefined) placeSpread(related.hard, row, node);
    if (related.soft !== undefined) placeSpread(related.soft, row, node);
    if (all || byAffinity) for (const other of node.pods) add(related, row, other, 1);
    else for (const other of node.podsWithAffinity) add(related, row, other, 1);
  }
  return related;
}

function place({ hard, soft, affinity }: Related, row: number, node: NodeInfo): void {
  if (hard !== undefined) placeSpread(hard, row, node);
  if (soft !== undefined) placeSpread(soft, row, node);
  if (affinity !== undefined) placeAffinity(affinity, row, node);
}

function add({ hard, soft, affinity }: Related, row: number, pod: Pod, by: number): void {
  if (hard !== undefined) addToSpread(hard, row, pod, by);
  if (soft !== undefined) addToSpread(soft, row, pod, by);
  if (affinity !== undefined) addToAffinity(affinity, row, pod, by);
}

function followChanges(related: Related, { list, changes, changedFrom }: Snapshot): void {
  const { rows, pods, by } = changes;
  for (let i = related.cursor - changedFrom; i < rows.length; i += 1) {
    const row = rows[i] as number;
    const pod = pods[i];
    if (pod === undefined) place(related, row, list[row] as NodeInfo);
    else add(related, row, pod, by[i] as number);
  }
  related.cursor = changedFrom + rows.length;
}

/** Whether list, changes and all objects are still those that it was made from. */
function isCurrent(related: Related, objects: Objects, pod: Pod, snapshot: Snapshot): boolean {
  if (related.version !== snapshot.version || related.cursor < snapshot.changedFrom) return false;
  const namespace = pod.metadata.namespace ?? "";
  if (related.namespace !== objects.get("namespaces", namespace) || related.owner !== ownerOf(objects, pod))
    return false;
  if (!sameObjects(related.services, objects.inNamespace("services", namespace))) return false;
  return related.namespaces === undefined || sameObjects(related.namespaces, objects.list("namespaces"));
}

function sameObjects(known: readonly ApiObject[], now: Iterable<ApiObject>): boolean {
  let i = 0;
  for (const object of now) {
    if (known[i] !== object) return false;
    i += 1;
  }
  return i === known.length;
}

const CONTROLLERS: { readonly [kind: string]: Resource } = {
  "v1/ReplicationController": "replicationcontrollers",
  "apps/v1/ReplicaSet": "replicasets.apps",
  "apps/v1/StatefulSet": "statefulsets.apps",
};

/** The controller whose selector default constraints may take. */
function ownerOf(objects: Objects, pod: Pod): ApiObject | undefined {
  if (pod.metadata.ownerReferences === undefined) return undefined;
  const owner = controllerOf(pod);
  const resource = owner === undefined ? undefined : CONTROLLERS[`${owner.apiVersion}/${owner.kind}`];
  if (owner === undefined || resource === undefined) return undefined;
  return objects.get(resource, `${pod.metadata.namespace ?? ""}/${owner.name}`);
}

function hasNamespaceSelector(info: SpecInfo): boolean {
  return (
    info.requiredAffinity.some(({ namespaceSelector }) => namespaceSelector !== undefined) ||
    info.requiredAntiAffinity.some(({ namespaceSelector }) => namespaceSelector !== undefined) ||
    info.preferredAffinity.some(({ podAffinityTerm }) => podAffinityTerm.namespaceSelector !== undefined) ||
    info.preferredAntiAffinity.some(({ podAffinityTerm }) => podAffinityTerm.namespaceSelector !== undefined)
  );
}

interface LastKey {
  readonly info: SpecInfo;
  readonly namespace: string | undefined;
  readonly labels: Pod["metadata"]["labels"];
  readonly owner: string;
  readonly key: string;
}

let last: LastKey | undefined;

/** Equal for pods that plugins which look at many nodes cannot tell apart. */
function relatedKey({ metadata }: Pod, info: SpecInfo): string {
  const { namespace, labels, ownerReferences } = metadata;
  const owner = ownerReferences === undefined ? "" : JSON.stringify(ownerReferences);
  if (last?.info === info && last.namespace === namespace && last.owner === owner && sameLabels(last.labels, labels))
    return last.key;
  const key = `${JSON.stringify([namespace, labels, owner])}${info.shape ?? ""}`;
  last = { info, namespace, labels, owner, key };
  return key;
}
