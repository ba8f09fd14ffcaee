import type { Millis } from "../../base/units.ts";
import { cast, SECOND } from "../../base/units.ts";
import { objectKey, keyOf } from "../../api/object.ts";
import type { ApiObject } from "../../api/object.ts";
import { mapSelectorMatches } from "../../api/label-selector.ts";
import type { Labels } from "../../api/label-selector.ts";
import type { Node, Pod, Service } from "../../api/types/core-v1.ts";
import type { InformerEvent } from "../../client/component.ts";
import type { Wake } from "../../client/controller.ts";
import type { Listers } from "../../client/informer.ts";
import { BY_NAMESPACE } from "../indexes.ts";
import { isReady } from "../pods.ts";
import { topologyAuto } from "./reconcile.ts";
import { CONTROLLER_NAME, MANAGED_BY, SERVICE_NAME } from "./slice.ts";

/** endpointSliceChangeMinSyncDelay: time in which changes of several slices gather. */
const sliceChangeMinSyncDelayMs: Millis = SECOND;
const none: readonly Wake[] = [];

/** Services of a pod's namespace whose selector finds its labels. */
export function servicesOfPod(listers: Listers, namespace: string, labels: Labels): Set<string> {
  const keys = new Set<string>();
  for (const service of listers.of("services").byIndex(BY_NAMESPACE, namespace)) {
    if (mapSelectorMatches(cast<Service>(service).spec.selector, labels)) keys.add(objectKey(service));
  }
  return keys;
}

/** Services to sync after a pod event: those that find it, and after a change of labels those that found it. */
export function podWakes({ before, after }: InformerEvent, listers: Listers, batchMs: Millis): readonly Wake[] {
  const pod = after ?? before;
  if (pod === undefined) return none;
  const namespace = pod.metadata.namespace ?? "";
  if (before === undefined || after === undefined)
    return wakes(servicesOfPod(listers, namespace, pod.metadata.labels), batchMs);
  const changed = podChanged(cast<Pod>(before), cast<Pod>(after));
  const moved = labelsChanged(cast<Pod>(before), cast<Pod>(after));
  if (!changed && !moved) return none;
  const now = servicesOfPod(listers, namespace, after.metadata.labels);
  if (!moved) return wakes(now, batchMs);
  for (const key of servicesOfPod(listers, namespace, before.metadata.labels)) {
    if (changed || !now.has(key)) now.add(key);
    else now.delete(key);
  }
  return wakes(now, batchMs);
}

/** The service of a slice that this controller manages. */
export function sliceWakes({ before, after }: InformerEvent, batchMs: Millis): readonly Wake[] {
  const slice = after ?? before;
  if (slice === undefined) return none;
  const afterMs = Math.max(sliceChangeMinSyncDelayMs, batchMs);
  const keys = new Set<string>();
  if (before !== undefined && after !== undefined) {
    const name = (object: ApiObject): string | undefined => object.metadata.labels?.[SERVICE_NAME];
    if (name(before) !== name(after)) return wakes(addService(addService(keys, after), before), afterMs);
    if (managed(before) || managed(after)) addService(keys, after);
  } else if (managed(slice)) addService(keys, slice);
  return wakes(keys, afterMs);
}

/** Services in topology mode Auto, after a change of the nodes that count for it. */
export function nodeWakes({ before, after }: InformerEvent, listers: Listers): readonly Wake[] {
  if (before !== undefined && after !== undefined && sameForTopology(cast<Node>(before), cast<Node>(after)))
    return none;
  const found: Wake[] = [];
  for (const service of listers.of("services").byIndex(BY_TOPOLOGY, "Auto")) found.push({ key: objectKey(service) });
  return found;
}

/** Name of the index of services by topology mode. */
export const BY_TOPOLOGY = "topology-mode";

/** "Auto" for services with topology-mode Auto. */
export function byTopology(object: ApiObject): readonly string[] {
  return topologyAuto(cast<Service>(object)) ? auto : [];
}

const auto: readonly string[] = ["Auto"];

function wakes(keys: ReadonlySet<string>, afterMs: Millis): readonly Wake[] {
  if (keys.size === 0) return none;
  return [...keys].map((key) => (afterMs === 0 ? { key } : { key, afterMs }));
}

function addService(keys: Set<string>, slice: ApiObject): Set<string> {
  const name = slice.metadata.labels?.[SERVICE_NAME];
  if (name !== undefined && name !== "") keys.add(keyOf(slice.metadata.namespace ?? "", name));
  return keys;
}

function managed(slice: ApiObject): boolean {
  return slice.metadata.labels?.[MANAGED_BY] === CONTROLLER_NAME;
}

function podChanged(before: Pod, after: Pod): boolean {
  if (before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp) return true;
  if (before.status !== after.status && isReady(before) !== isReady(after)) return true;
  const old = before.status?.podIPs ?? [];
  const now = after.status?.podIPs ?? [];
  return old.length !== now.length || old.some((entry, i) => entry.ip !== now[i]?.ip);
}

function labelsChanged(before: Pod, after: Pod): boolean {
  if (before.spec.hostname !== after.spec.hostname || before.spec.subdomain !== after.spec.subdomain) return true;
  const old = before.metadata.labels ?? {};
  const now = after.metadata.labels ?? {};
  if (old === now) return false;
  for (const key in old) if (old[key] !== now[key]) return true;
  for (const key in now) if (old[key] === undefined) return true;
  return false;
}

function sameForTopology(before: Node, after: Node): boolean {
  const zone = (node: Node): string | undefined => node.metadata.labels?.["topology.kubernetes.io/zone"];
  const up = (node: Node): boolean => node.status?.conditions?.find((c) => c.type === "Ready")?.status === "True";
  return zone(before) === zone(after) && up(before) === up(after);
}
