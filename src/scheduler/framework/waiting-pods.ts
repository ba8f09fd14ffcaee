import type { Pod } from "../../api/types/core-v1.ts";

/** A pod that waits at Permit. */
export interface WaitingPod {
  /** With the node that it is to be bound to. */
  readonly pod: Pod;
  readonly node: string;
  /** Plugins that have not allowed it yet. */
  readonly pending: readonly string[];
}

/** What plugins may do with pods that wait at Permit (IterateOverWaitingPods and GetWaitingPod of upstream's Handle). */
export interface WaitingPods {
  list(): readonly WaitingPod[];
  /** One plugin has nothing against the pod any more; it is bound once all have said so. */
  allow(uid: string, plugin: string): void;
  /** The pod is turned down; false when it does not wait. */
  reject(uid: string, plugin: string, message: string): boolean;
}
