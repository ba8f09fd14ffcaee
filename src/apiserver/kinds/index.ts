import type { Resource } from "../../api/object.ts";
import { apiVersionOf, resourceOf } from "../kind.ts";
import type { Kind } from "../kind.ts";
import { clusterRole } from "./cluster-role.ts";
import { configMap } from "./config-map.ts";
import { controllerRevision } from "./controller-revision.ts";
import { cronJob } from "./cron-job.ts";
import { csiDriver } from "./csi-driver.ts";
import { csiNode } from "./csi-node.ts";
import { csiStorageCapacity } from "./csi-storage-capacity.ts";
import { daemonSet } from "./daemon-set.ts";
import { deployment } from "./deployment.ts";
import { endpointSlice } from "./endpoint-slice.ts";
import { endpoints } from "./endpoints.ts";
import { event } from "./event.ts";
import { horizontalPodAutoscaler } from "./horizontal-pod-autoscaler.ts";
import { ingress } from "./ingress.ts";
import { ingressClass } from "./ingress-class.ts";
import { job } from "./job.ts";
import { lease } from "./lease.ts";
import { limitRange } from "./limit-range.ts";
import { namespace } from "./namespace.ts";
import { networkPolicy } from "./network-policy.ts";
import { node } from "./node.ts";
import { persistentVolume } from "./persistent-volume.ts";
import { persistentVolumeClaim } from "./persistent-volume-claim.ts";
import { pod } from "./pod.ts";
import { podDisruptionBudget } from "./pod-disruption-budget.ts";
import { podTemplate } from "./pod-template.ts";
import { priorityClass } from "./priority-class.ts";
import { replicaSet } from "./replica-set.ts";
import { replicationController } from "./replication-controller.ts";
import { resourceQuota } from "./resource-quota.ts";
import { role } from "./role.ts";
import { clusterRoleBinding, roleBinding } from "./role-binding.ts";
import { runtimeClass } from "./runtime-class.ts";
import { secret } from "./secret.ts";
import { service } from "./service.ts";
import { serviceAccount } from "./service-account.ts";
import { statefulSet } from "./stateful-set.ts";
import { storageClass } from "./storage-class.ts";
import { volumeAttachment } from "./volume-attachment.ts";
import { bindingKind } from "./binding.ts";

/** Every kind that is served. */
export const KINDS: readonly Kind[] = [
  pod,
  node,
  namespace,
  service,
  endpoints,
  endpointSlice,
  configMap,
  secret,
  serviceAccount,
  event,
  lease,
  deployment,
  replicaSet,
  replicationController,
  statefulSet,
  daemonSet,
  controllerRevision,
  job,
  cronJob,
  podDisruptionBudget,
  priorityClass,
  persistentVolume,
  persistentVolumeClaim,
  storageClass,
  resourceQuota,
  limitRange,
  horizontalPodAutoscaler,
  ingress,
  ingressClass,
  networkPolicy,
  role,
  clusterRole,
  csiNode,
  csiDriver,
  csiStorageCapacity,
  volumeAttachment,
  runtimeClass,
  podTemplate,
  roleBinding,
  clusterRoleBinding,
  bindingKind,
];

const byResource: ReadonlyMap<Resource, Kind> = new Map(KINDS.map((kind) => [resourceOf(kind), kind]));
const byName: ReadonlyMap<string, Kind> = new Map(KINDS.map((kind) => [`${apiVersionOf(kind)} ${kind.kind}`, kind]));

/** The kind of a resource ("deployments.apps"). */
export function kindOf(resource: Resource): Kind | undefined {
  return byResource.get(resource);
}

/** The kind that a manifest names: kindNamed("apps/v1", "Deployment"). */
export function kindNamed(apiVersion: string, kind: string): Kind | undefined {
  return byName.get(`${apiVersion} ${kind}`);
}
