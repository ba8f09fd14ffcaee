import type { ApiObject, Resource } from "../../api/object.ts";

const KINDS: { readonly [kind: string]: Resource } = {
  Pod: "pods",
  Node: "nodes",
  Namespace: "namespaces",
  Service: "services",
  Endpoints: "endpoints",
  ConfigMap: "configmaps",
  Secret: "secrets",
  ServiceAccount: "serviceaccounts",
  Event: "events",
  ResourceQuota: "resourcequotas",
  PersistentVolume: "persistentvolumes",
  PersistentVolumeClaim: "persistentvolumeclaims",
  ReplicationController: "replicationcontrollers",
  Deployment: "deployments.apps",
  ReplicaSet: "replicasets.apps",
  StatefulSet: "statefulsets.apps",
  DaemonSet: "daemonsets.apps",
  ControllerRevision: "controllerrevisions.apps",
  Job: "jobs.batch",
  CronJob: "cronjobs.batch",
  EndpointSlice: "endpointslices.discovery.k8s.io",
  PodDisruptionBudget: "poddisruptionbudgets.policy",
  HorizontalPodAutoscaler: "horizontalpodautoscalers.autoscaling",
  PriorityClass: "priorityclasses.scheduling.k8s.io",
  Lease: "leases.coordination.k8s.io",
  NetworkPolicy: "networkpolicies.networking.k8s.io",
  Ingress: "ingresses.networking.k8s.io",
};

/** Kinds whose objects stand outside namespaces. */
export const CLUSTER_SCOPED_KINDS: ReadonlySet<string> = new Set([
  "Node",
  "Namespace",
  "PersistentVolume",
  "PriorityClass",
]);

/** The resource of a built-in kind; the kind in lower case when it is not known. */
export function resourceOf(kind: string): Resource {
  return KINDS[kind] ?? kind.toLowerCase();
}

/** Whether the garbage collector can look up owners of this kind here. */
export function isKnownKind(kind: string): boolean {
  return Object.hasOwn(KINDS, kind);
}

/** "Pod default/web-1": how violations name an object. */
export function nameOf(object: ApiObject): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? `${object.kind} ${name}` : `${object.kind} ${namespace}/${name}`;
}
