import type { Controller } from "../client/controller.ts";
import { cronJobController } from "./cron-job/controller.ts";
import { daemonSetController } from "./daemon-set/controller.ts";
import { deploymentController } from "./deployment/controller.ts";
import { disruptionController } from "./disruption/controller.ts";
import { endpointSliceController } from "./endpointslice/controller.ts";
import { garbageCollector } from "./garbage-collector/controller.ts";
import { jobController } from "./job/controller.ts";
import { namespaceController } from "./namespace/controller.ts";
import { nodeLifecycleController } from "./node-lifecycle/controller.ts";
import { nodeTtlController } from "./node-ttl/controller.ts";
import type { ControllerOptions } from "./options.ts";
import { podGcController } from "./pod-gc/controller.ts";
import { pvcProtectionController } from "./pvc-protection/controller.ts";
import { replicaSetController, replicationController } from "./replica-set/controller.ts";
import { resourceQuotaController } from "./resource-quota/controller.ts";
import { rootCaController } from "./root-ca/controller.ts";
import { serviceAccountController } from "./service-account/controller.ts";
import { statefulSetController } from "./stateful-set/controller.ts";
import { taintEvictionController } from "./taint-eviction/controller.ts";
import { ttlAfterFinishedController } from "./ttl-after-finished/controller.ts";
import { persistentVolumeController } from "./volume-binding/controller.ts";
import { ephemeralVolumeController } from "./volume-binding/ephemeral.ts";
import { externalProvisioner } from "./volume-binding/provisioner.ts";

export type { ControllerOptions };

/** The controllers of kube-controller-manager that are on, in the order in which they are served. */
export function controllerManagerControllers(options?: ControllerOptions): readonly Controller[] {
  return [
    deploymentController(options),
    replicaSetController(options),
    replicationController(options),
    statefulSetController(options),
    jobController(options),
    ttlAfterFinishedController(),
    cronJobController(),
    nodeLifecycleController(options),
    taintEvictionController(),
    daemonSetController(options),
    podGcController(),
    garbageCollector(options),
    namespaceController(options),
    serviceAccountController(),
    rootCaController(),
    pvcProtectionController(),
    nodeTtlController(),
    disruptionController(options),
    endpointSliceController(options),
    ...volumeControllers(options?.volumes ?? false),
    ...(options?.quotas === true ? [resourceQuotaController()] : []),
  ];
}

function volumeControllers(volumes: boolean | "no provisioner"): readonly Controller[] {
  if (volumes === false) return [];
  const binding = [persistentVolumeController(), ephemeralVolumeController()];
  return volumes === true ? [...binding, externalProvisioner()] : binding;
}
