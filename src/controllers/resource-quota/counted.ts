import type { ApiObject, Resource } from "../../api/object.ts";
import type { PersistentVolumeClaim, Pod, Service } from "../../api/types/core-v1.ts";
import { parseTimestamp } from "../../base/time.ts";
import { SECOND, cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import { namespacedResources } from "../owner-kinds.ts";
import { isFinished } from "../pods.ts";

/** Resources whose objects quotas count; Events come and go too often for that (upstream ignores them too). */
export const countedResources: readonly Resource[] = namespacedResources.filter((resource) => resource !== "events");

const BY_NAME: ReadonlySet<string> = new Set([
  "pods",
  "services",
  "persistentvolumeclaims",
  "configmaps",
  "secrets",
  "replicationcontrollers",
  "resourcequotas",
]);

/** The resource whose objects an item of a quota is about: "requests.cpu" is about pods; undefined: nobody can tell. */
export function countedBy(item: string): Resource | undefined {
  if (item.startsWith("count/")) {
    const resource = item.slice("count/".length);
    return countedResources.includes(resource) ? resource : undefined;
  }
  if (BY_NAME.has(item)) return item;
  if (item.startsWith("services.")) return "services";
  if (item === "requests.storage" || item.includes(".storageclass.storage.k8s.io/")) return "persistentvolumeclaims";
  if (item === "cpu" || item === "memory" || item === "ephemeral-storage") return "pods";
  return /^(requests\.|limits\.|hugepages-)/.test(item) ? "pods" : undefined;
}

/** Pods that have ended, or should have ended by now, use nothing (QuotaV1Pod). */
export function isCharged(pod: Pod, now: Millis): boolean {
  if (isFinished(pod)) return false;
  const { deletionTimestamp, deletionGracePeriodSeconds: grace } = pod.metadata;
  if (deletionTimestamp === undefined || grace === undefined) return true;
  return now <= parseTimestamp(deletionTimestamp) + grace * SECOND;
}

/** Whether a change may give something back: a removal, or an update by which an object counts otherwise (DefaultUpdateFilter). */
export function mayReplenish(resource: Resource, before: ApiObject | undefined, after: ApiObject | undefined): boolean {
  if (before === undefined) return false;
  if (after === undefined) return true;
  switch (resource) {
    case "pods":
      return podCountsOtherwise(cast<Pod>(before), cast<Pod>(after));
    case "services":
      return cast<Service>(before).spec.type !== cast<Service>(after).spec.type;
    case "persistentvolumeclaims":
      return storageOf(before) !== storageOf(after);
    default:
      return false;
  }
}

function podCountsOtherwise(before: Pod, after: Pod): boolean {
  if ((before.spec.activeDeadlineSeconds === undefined) !== (after.spec.activeDeadlineSeconds === undefined))
    return true;
  return !isFinished(before) && isFinished(after);
}

function storageOf(claim: ApiObject): string | undefined {
  return cast<PersistentVolumeClaim>(claim).spec.resources?.requests?.["storage"];
}
