import { cast } from "../../base/units.ts";
import type { Scale } from "../../api/types/autoscaling-v1.ts";
import { printHorizontalPodAutoscaler } from "./autoscaler.ts";
import type { Printer } from "./cells.ts";
import {
  printBinding,
  printConfigMap,
  printEvent,
  printLease,
  printNamespace,
  printNode,
  printPodDisruptionBudget,
  printPriorityClass,
  printResourceQuota,
  printRuntimeClass,
  printSecret,
  printServiceAccount,
} from "./cluster.ts";
import { since } from "./human-duration.ts";
import {
  printEndpoints,
  printEndpointSlice,
  printIngress,
  printIngressClass,
  printNetworkPolicy,
  printService,
} from "./network.ts";
import { printPod } from "./pod.ts";
import {
  printCSIDriver,
  printCSIStorageCapacity,
  printCSINode,
  printPersistentVolume,
  printPersistentVolumeClaim,
  printStorageClass,
  printVolumeAttachment,
} from "./storage.ts";
import {
  printControllerRevision,
  printCronJob,
  printDaemonSet,
  printDeployment,
  printJob,
  printPodTemplate,
  printReplicaSet,
  printReplicationController,
  printStatefulSet,
} from "./workloads.ts";

const printScale: Printer = (object, now) => {
  const { metadata, spec, status } = cast<Scale>(object);
  return [metadata.name ?? "", spec?.replicas ?? 0, status?.replicas ?? 0, since(now, metadata.creationTimestamp)];
};

/** Every kind whose rows have columns of their own, by kind; the others show name and creation. */
export const PRINTERS: { readonly [kind: string]: Printer } = {
  Pod: printPod,
  PodTemplate: printPodTemplate,
  PodDisruptionBudget: printPodDisruptionBudget,
  ReplicationController: printReplicationController,
  ReplicaSet: printReplicaSet,
  Deployment: printDeployment,
  StatefulSet: printStatefulSet,
  DaemonSet: printDaemonSet,
  ControllerRevision: printControllerRevision,
  Job: printJob,
  CronJob: printCronJob,
  Service: printService,
  Endpoints: printEndpoints,
  EndpointSlice: printEndpointSlice,
  Ingress: printIngress,
  IngressClass: printIngressClass,
  NetworkPolicy: printNetworkPolicy,
  Node: printNode,
  Namespace: printNamespace,
  ConfigMap: printConfigMap,
  Secret: printSecret,
  ServiceAccount: printServiceAccount,
  ResourceQuota: printResourceQuota,
  Lease: printLease,
  PriorityClass: printPriorityClass,
  RuntimeClass: printRuntimeClass,
  RoleBinding: printBinding,
  ClusterRoleBinding: printBinding,
  Event: printEvent,
  HorizontalPodAutoscaler: printHorizontalPodAutoscaler,
  PersistentVolume: printPersistentVolume,
  PersistentVolumeClaim: printPersistentVolumeClaim,
  StorageClass: printStorageClass,
  CSINode: printCSINode,
  CSIDriver: printCSIDriver,
  CSIStorageCapacity: printCSIStorageCapacity,
  VolumeAttachment: printVolumeAttachment,
  Scale: printScale,
};
