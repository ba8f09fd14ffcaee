import type { Resource } from "../api/object.ts";

/** Where the objects of a kind are found. */
export interface KindEntry {
  readonly resource: Resource;
  readonly namespaced: boolean;
}

const namespaced: { readonly [groupKind: string]: Resource } = {
  "/ConfigMap": "configmaps",
  "/Endpoints": "endpoints",
  "/Event": "events",
  "/LimitRange": "limitranges",
  "/PersistentVolumeClaim": "persistentvolumeclaims",
  "/Pod": "pods",
  "/PodTemplate": "podtemplates",
  "/ReplicationController": "replicationcontrollers",
  "/ResourceQuota": "resourcequotas",
  "/Secret": "secrets",
  "/Service": "services",
  "/ServiceAccount": "serviceaccounts",
  "apps/ControllerRevision": "controllerrevisions.apps",
  "apps/DaemonSet": "daemonsets.apps",
  "apps/Deployment": "deployments.apps",
  "apps/ReplicaSet": "replicasets.apps",
  "apps/StatefulSet": "statefulsets.apps",
  "autoscaling/HorizontalPodAutoscaler": "horizontalpodautoscalers.autoscaling",
  "batch/CronJob": "cronjobs.batch",
  "batch/Job": "jobs.batch",
  "coordination.k8s.io/Lease": "leases.coordination.k8s.io",
  "discovery.k8s.io/EndpointSlice": "endpointslices.discovery.k8s.io",
  "networking.k8s.io/Ingress": "ingresses.networking.k8s.io",
  "networking.k8s.io/NetworkPolicy": "networkpolicies.networking.k8s.io",
  "policy/PodDisruptionBudget": "poddisruptionbudgets.policy",
};

const clusterScoped: { readonly [groupKind: string]: Resource } = {
  "/Namespace": "namespaces",
  "/Node": "nodes",
  "/PersistentVolume": "persistentvolumes",
  "scheduling.k8s.io/PriorityClass": "priorityclasses.scheduling.k8s.io",
  "storage.k8s.io/StorageClass": "storageclasses.storage.k8s.io",
};

/** The resource of an owner reference's apiVersion and kind; undefined for kinds that are not served. */
export function kindEntry(apiVersion: string, kind: string): KindEntry | undefined {
  const slash = apiVersion.indexOf("/");
  const groupKind = `${slash < 0 ? "" : apiVersion.slice(0, slash)}/${kind}`;
  const resource = namespaced[groupKind];
  if (resource !== undefined) return { resource, namespaced: true };
  const global = clusterScoped[groupKind];
  return global === undefined ? undefined : { resource: global, namespaced: false };
}

/** Resources whose objects live in a namespace. */
export const namespacedResources: readonly Resource[] = Object.values(namespaced);
