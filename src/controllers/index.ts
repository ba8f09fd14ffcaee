import type { Controller } from "../client/controller.ts";
import { deploymentController } from "./deployment/controller.ts";
import type { ControllerOptions } from "./options.ts";
import { replicaSetController, replicationController } from "./replica-set/controller.ts";

export type { ControllerOptions };

/** The controllers of kube-controller-manager that are on, in the order in which they are served. */
export function controllerManagerControllers(options?: ControllerOptions): readonly Controller[] {
  return [
    deploymentController(options), //
    replicaSetController(options),
    replicationController(options),
  ];
}
