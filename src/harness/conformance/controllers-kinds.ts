import type { Resource } from "../../api/object.ts";

const RESOURCES: { readonly [kind: string]: Resource } = {
  Deployment: "deployments.apps",
  ReplicaSet: "replicasets.apps",
  ReplicationController: "replicationcontrollers",
  StatefulSet: "statefulsets.apps",
  DaemonSet: "daemonsets.apps",
  ControllerRevision: "controllerrevisions.apps",
  Job: "jobs.batch",
  CronJob: "cronjobs.batch",
  PodDisruptionBudget: "poddisruptionbudgets.policy",
  Service: "services",
  EndpointSlice: "endpointslices.discovery.k8s.io",
  Endpoints: "endpoints",
  PersistentVolumeClaim: "persistentvolumeclaims",
  PersistentVolume: "persistentvolumes",
  ResourceQuota: "resourcequotas",
  Namespace: "namespaces",
  Node: "nodes",
  ServiceAccount: "serviceaccounts",
  ConfigMap: "configmaps",
  Secret: "secrets",
  HorizontalPodAutoscaler: "horizontalpodautoscalers.autoscaling",
  Pod: "pods",
  LimitRange: "limitranges",
  StorageClass: "storageclasses.storage.k8s.io",
  PriorityClass: "priorityclasses.scheduling.k8s.io",
};
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  "PersistentVolume",
  "Namespace",
  "Node",
  "StorageClass",
  "PriorityClass",
]);

/** Kinds that a snapshot tells, Pods aside. */
export const snapshotKinds: readonly string[] = Object.keys(RESOURCES).slice(0, 21);

/** The resource of a kind that a script may name. */
export function resourceOfKind(kind: string): Resource {
  return RESOURCES[kind] ?? kind.toLowerCase();
}

/** Whether objects of a kind live in a namespace. */
export function isNamespaced(kind: string): boolean {
  return !CLUSTER_SCOPED.has(kind);
}
