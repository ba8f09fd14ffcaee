import { type ApiObject, type Resource, objectKey } from "../api/object.ts";
import { InputError } from "../base/input-error.ts";
import type { Objects } from "../scheduler/framework/objects.ts";

/** Kinds that a workload may hold besides nodes and pods, and their resources. */
const RESOURCES: { readonly [kind: string]: Resource } = {
  Namespace: "namespaces",
  Service: "services",
  ReplicationController: "replicationcontrollers",
  ReplicaSet: "replicasets.apps",
  StatefulSet: "statefulsets.apps",
  PersistentVolume: "persistentvolumes",
  PersistentVolumeClaim: "persistentvolumeclaims",
  StorageClass: "storageclasses.storage.k8s.io",
  CSINode: "csinodes.storage.k8s.io",
  CSIDriver: "csidrivers.storage.k8s.io",
};

/** What the scheduler's plugins may look up in a workload: its objects by resource and key. */
export function workloadObjects(objects: readonly ApiObject[]): Objects {
  const byResource = new Map<Resource, Map<string, ApiObject>>();
  for (const object of objects) {
    const resource = RESOURCES[object.kind];
    if (resource === undefined) throw new InputError(`a workload cannot hold objects of kind ${object.kind}`);
    const known = byResource.get(resource) ?? new Map<string, ApiObject>();
    byResource.set(resource, known.set(objectKey(object), object));
  }
  const all = (resource: Resource): ReadonlyMap<string, ApiObject> => byResource.get(resource) ?? new Map();
  return {
    get: (resource, key) => all(resource).get(key),
    list: (resource) => all(resource).values(),
    inNamespace: (resource, namespace) =>
      [...all(resource).values()].filter((object) => object.metadata.namespace === namespace),
    revision: () => 0,
  };
}
