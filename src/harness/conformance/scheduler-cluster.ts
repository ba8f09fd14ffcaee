import type { ApiObject } from "../../api/object.ts";
import { objectKey } from "../../api/object.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import type { SchedulerCache } from "../../scheduler/cache/cache.ts";
import { emptyCache, putNode, putPod, removeNode, removePod } from "../../scheduler/cache/cache.ts";
import { podUid } from "../../scheduler/cache/pod-info.ts";
import type { Objects } from "../../scheduler/framework/objects.ts";
import type { Nominator } from "../../scheduler/queue/nominator.ts";
import { emptyNominator, renominate, withdraw } from "../../scheduler/queue/nominator.ts";

/** The cluster of a recorded case as the scheduler sees it. */
export interface RecordedCluster {
  readonly cache: SchedulerCache;
  readonly nominator: Nominator;
  /** By resource, then by key. */
  readonly stored: Map<string, Map<string, ApiObject>>;
  readonly objects: Objects;
}

const PLURALS: { readonly [kind: string]: string } = {
  ReplicaSet: "replicasets.apps",
  StatefulSet: "statefulsets.apps",
  PodDisruptionBudget: "poddisruptionbudgets.policy",
  StorageClass: "storageclasses.storage.k8s.io",
  CSIStorageCapacity: "csistoragecapacities.storage.k8s.io",
  CSINode: "csinodes.storage.k8s.io",
  CSIDriver: "csidrivers.storage.k8s.io",
  VolumeAttachment: "volumeattachments.storage.k8s.io",
  ResourceClaim: "resourceclaims.resource.k8s.io",
  ResourceSlice: "resourceslices.resource.k8s.io",
  DeviceClass: "deviceclasses.resource.k8s.io",
};

/** The resource of a kind, with its group as the scheduler's listers name it. */
export function resourceOf(kind: string): string {
  return PLURALS[kind] ?? `${kind.toLowerCase()}s`;
}

/** A cluster without objects. */
export function emptyRecordedCluster(): RecordedCluster {
  const stored = new Map<string, Map<string, ApiObject>>();
  const all = (resource: string): Iterable<ApiObject> => stored.get(resource)?.values() ?? [];
  return {
    cache: emptyCache(),
    nominator: emptyNominator(),
    stored,
    objects: {
      get: (resource, key) => stored.get(resource)?.get(key),
      list: all,
      inNamespace: (resource, namespace) =>
        [...all(resource)].filter((object) => object.metadata.namespace === namespace),
    },
  };
}

/** Creates or replaces an object and tells the scheduler's cache. */
export function store(cluster: RecordedCluster, object: ApiObject): void {
  const before = table(cluster, object.kind).get(objectKey(object));
  if (object.kind === "Node") putNode(cluster.cache, cast<Node>(object));
  if (object.kind === "Pod") {
    const pod = cast<Pod>(object);
    if (pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed")
      return remove(cluster, "Pod", objectKey(object));
    storePod(cluster, cast<Pod | undefined>(before), pod);
  }
  table(cluster, object.kind).set(objectKey(object), object);
}

function storePod(cluster: RecordedCluster, before: Pod | undefined, pod: Pod): void {
  const { cache, nominator } = cluster;
  if (before !== undefined && podUid(before) !== podUid(pod)) {
    removePod(cache, before);
    withdraw(nominator, podUid(before));
  }
  if ((pod.spec.nodeName ?? "") === "") renominate(nominator, before, pod);
  else {
    withdraw(nominator, podUid(pod));
    putPod(cache, pod);
  }
}

/** Removes an object; nothing happens when it is absent. */
export function remove(cluster: RecordedCluster, kind: string, key: string): void {
  const before = table(cluster, kind).get(key);
  if (before === undefined) return;
  table(cluster, kind).delete(key);
  if (kind === "Node") removeNode(cluster.cache, key);
  if (kind === "Pod") {
    withdraw(cluster.nominator, podUid(cast<Pod>(before)));
    removePod(cluster.cache, cast<Pod>(before));
  }
}

function table(cluster: RecordedCluster, kind: string): Map<string, ApiObject> {
  const resource = resourceOf(kind);
  let objects = cluster.stored.get(resource);
  if (objects === undefined) {
    objects = new Map();
    cluster.stored.set(resource, objects);
  }
  return objects;
}
