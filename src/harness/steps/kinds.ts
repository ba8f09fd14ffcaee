import type { Manifest, Resource } from "../../api/object.ts";

/** Where objects of a kind live, as discovery would tell kubectl. */
export interface KindPlace {
  readonly resource: Resource;
  readonly namespaced: boolean;
}

const NAMESPACED = `
v1 Pod pods|v1 Service services|v1 ConfigMap configmaps|v1 Secret secrets|v1 ServiceAccount serviceaccounts|v1 Endpoints endpoints
v1 PersistentVolumeClaim persistentvolumeclaims|v1 ReplicationController replicationcontrollers|v1 ResourceQuota resourcequotas|v1 LimitRange limitranges
apps/v1 Deployment deployments|apps/v1 ReplicaSet replicasets|apps/v1 StatefulSet statefulsets|apps/v1 DaemonSet daemonsets
batch/v1 Job jobs|batch/v1 CronJob cronjobs|autoscaling/v2 HorizontalPodAutoscaler horizontalpodautoscalers|autoscaling/v1 HorizontalPodAutoscaler horizontalpodautoscalers
policy/v1 PodDisruptionBudget poddisruptionbudgets|discovery.k8s.io/v1 EndpointSlice endpointslices|networking.k8s.io/v1 Ingress ingresses
networking.k8s.io/v1 NetworkPolicy networkpolicies|rbac.authorization.k8s.io/v1 Role roles|rbac.authorization.k8s.io/v1 RoleBinding rolebindings|coordination.k8s.io/v1 Lease leases
storage.k8s.io/v1 CSIStorageCapacity csistoragecapacities`;

const CLUSTER = `
v1 Namespace namespaces|v1 Node nodes|v1 PersistentVolume persistentvolumes|storage.k8s.io/v1 StorageClass storageclasses
scheduling.k8s.io/v1 PriorityClass priorityclasses|rbac.authorization.k8s.io/v1 ClusterRole clusterroles|rbac.authorization.k8s.io/v1 ClusterRoleBinding clusterrolebindings
networking.k8s.io/v1 IngressClass ingressclasses|storage.k8s.io/v1 CSIDriver csidrivers|storage.k8s.io/v1 CSINode csinodes`;

const places = new Map<string, KindPlace>([...entries(NAMESPACED, true), ...entries(CLUSTER, false)]);

/** The place of a manifest's kind; undefined when the server does not know it. */
export function placeOfKind(manifest: { readonly apiVersion: string; readonly kind: string }): KindPlace | undefined {
  return places.get(`${manifest.apiVersion} ${manifest.kind}`);
}

/** kubectl's words for a kind that the server does not have. */
export function noMatch(manifest: Manifest): string {
  return `error: resource mapping not found for name: "${manifest.metadata.name ?? ""}" namespace: "${manifest.metadata.namespace ?? ""}": no matches for kind "${manifest.kind}" in version "${manifest.apiVersion}"`;
}

/** kubectl's short name of an object in its messages: "deployment.apps/web". */
export function called(manifest: {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string };
}): string {
  const slash = manifest.apiVersion.indexOf("/");
  const group = slash < 0 ? "" : `.${manifest.apiVersion.slice(0, slash)}`;
  return `${manifest.kind.toLowerCase()}${group}/${manifest.metadata.name ?? ""}`;
}

function* entries(table: string, namespaced: boolean): Iterable<[string, KindPlace]> {
  for (const entry of table.trim().split(/[|\n]/)) {
    const [apiVersion = "", kind = "", plural = ""] = entry.split(" ");
    const slash = apiVersion.indexOf("/");
    yield [
      `${apiVersion} ${kind}`,
      { resource: slash < 0 ? plural : `${plural}.${apiVersion.slice(0, slash)}`, namespaced },
    ];
  }
}
