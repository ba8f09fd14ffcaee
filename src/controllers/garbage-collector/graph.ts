import { objectKey } from "../../api/object.ts";
import type { ApiObject, Resource } from "../../api/object.ts";
import type { OwnerReference } from "../../api/types/meta-v1.ts";
import type { Listers } from "../../client/informer.ts";

/** Resources whose objects may own or be owned. Events are left out: nothing owns them. */
export const collectedResources: readonly Resource[] = [
  "pods",
  "replicasets.apps",
  "deployments.apps",
  "statefulsets.apps",
  "daemonsets.apps",
  "controllerrevisions.apps",
  "jobs.batch",
  "cronjobs.batch",
  "replicationcontrollers",
  "services",
  "endpoints",
  "endpointslices.discovery.k8s.io",
  "configmaps",
  "secrets",
  "serviceaccounts",
  "persistentvolumeclaims",
  "poddisruptionbudgets.policy",
  "horizontalpodautoscalers.autoscaling",
  "networkpolicies.networking.k8s.io",
  "nodes",
  "leases.coordination.k8s.io",
];

/** Name of the index by UID of all owners. */
export const BY_OWNER = "owner";

const NO_VALUES: readonly string[] = [];
const ownerValues = new WeakMap<readonly OwnerReference[], readonly string[]>();

/** UIDs of all owners of an object. */
export function byOwner(object: ApiObject): readonly string[] {
  const owners = object.metadata.ownerReferences;
  if (owners === undefined || owners.length === 0) return NO_VALUES;
  let values = ownerValues.get(owners);
  if (values === undefined) ownerValues.set(owners, (values = owners.map(({ uid }) => uid)));
  return values;
}

/** An object in the graph and the resource under which it is found. */
export interface GraphNode {
  readonly resource: Resource;
  readonly object: ApiObject;
}

/** Key of the work queue: "deployments.apps default/web". */
export function nodeKey(resource: Resource, object: ApiObject): string {
  return `${resource} ${objectKey(object)}`;
}

/** The node of a key, if its informer has it. */
export function nodeOf(key: string, listers: Listers): GraphNode | undefined {
  const space = key.indexOf(" ");
  const resource = key.slice(0, space);
  const object = listers.of(resource).get(key.slice(space + 1));
  return object === undefined ? undefined : { resource, object };
}

/** Everything that names `owner` among its owners. */
export function dependentsOf(owner: ApiObject, listers: Listers): readonly GraphNode[] {
  const dependents: GraphNode[] = [];
  for (const resource of collectedResources)
    for (const object of listers.of(resource).byIndex(BY_OWNER, owner.metadata.uid))
      dependents.push({ resource, object });
  return dependents;
}

/** Being deleted, and waiting for its dependents to go first. */
export function isDeletingDependents({ metadata }: ApiObject): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes("foregroundDeletion") === true;
}

/** Being deleted, and waiting until its dependents have forgotten it. */
export function isOrphaning({ metadata }: ApiObject): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes("orphan") === true;
}
