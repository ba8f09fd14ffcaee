import type { ApiObject } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { PluginArgs } from "../framework/args.ts";
import type { Objects } from "../framework/objects.ts";

/** Kinds of which the queue hears; AssignedPod and UnscheduledPod are told apart by the event handlers. */
export type EventResource =
  | "Pod"
  | "AssignedPod"
  | "UnscheduledPod"
  | "Node"
  | "PersistentVolume"
  | "PersistentVolumeClaim"
  | "CSINode"
  | "CSIDriver"
  | "VolumeAttachment"
  | "CSIStorageCapacity"
  | "StorageClass"
  | "ResourceClaim"
  | "ResourceSlice"
  | "DeviceClass"
  | "*";

/** Bits of ActionType, with upstream's values. */
export const ACTION: ActionBits = {
  Add: 1,
  Delete: 2,
  UpdateNodeAllocatable: 4,
  UpdateNodeLabel: 8,
  UpdateNodeTaint: 16,
  UpdateNodeCondition: 32,
  UpdateNodeAnnotation: 64,
  UpdateNodeDeclaredFeature: 128,
  UpdatePodLabel: 256,
  UpdatePodScaleDown: 512,
  UpdatePodToleration: 1024,
  UpdatePodSchedulingGatesEliminated: 2048,
  UpdatePodGeneratedResourceClaim: 4096,
  Update: 8188,
  All: 8191,
};

type ActionName =
  | "Add"
  | "Delete"
  | "UpdateNodeAllocatable"
  | "UpdateNodeLabel"
  | "UpdateNodeTaint"
  | "UpdateNodeCondition"
  | "UpdateNodeAnnotation"
  | "UpdateNodeDeclaredFeature"
  | "UpdatePodLabel"
  | "UpdatePodScaleDown"
  | "UpdatePodToleration"
  | "UpdatePodSchedulingGatesEliminated"
  | "UpdatePodGeneratedResourceClaim"
  | "Update"
  | "All";

type ActionBits = { readonly [name in ActionName]: number };

/** Something that happened, as the queue is told. */
export interface ClusterEvent {
  readonly resource: EventResource;
  readonly action: number;
  /** Upstream's label, e.g. "NodeAdd", "AssignedPodDelete". */
  readonly label: string;
}

/** What a hint looks at: the pending pod, the change, and the scheduler's listers. */
export interface HintInput {
  readonly pod: Pod;
  readonly before?: ApiObject;
  readonly after?: ApiObject;
  readonly args: PluginArgs;
  readonly objects: Objects;
}

/** An interest of a plugin; without hint every matching event lets the pod try again. */
export interface EventRegistration {
  readonly resource: EventResource;
  readonly actions: number;
  /** True: the change may make the pod schedulable (Queue); false: it cannot (Skip). */
  readonly hint?: (input: HintInput) => boolean;
}

/** Whether an event is one that was registered for. */
export function eventMatches(registration: EventRegistration, event: ClusterEvent): boolean {
  const { resource, actions } = registration;
  const same =
    resource === "*" ||
    resource === event.resource ||
    (resource === "Pod" && (event.resource === "AssignedPod" || event.resource === "UnscheduledPod"));
  return same && (actions & event.action) !== 0 && event.action <= actions;
}
