import type { Resource } from "../../api/object.ts";
import { mapSelectorMatches, selectorMatches } from "../../api/label-selector.ts";
import type { Labels } from "../../api/label-selector.ts";
import { cast } from "../../base/units.ts";
import type { ReplicaSet } from "../../api/types/apps-v1.ts";
import type { ReplicationController } from "../../api/types/core-v1.ts";

/** What tells ReplicaSets and ReplicationControllers apart: the same controller serves both. */
export interface ReplicaKind {
  readonly controllerName: string;
  readonly resource: Resource;
  readonly kind: "ReplicaSet" | "ReplicationController";
  /** Whether the status counts terminating pods. */
  readonly countsTerminating: boolean;
  matches(owner: ReplicaOwner, labels: Labels): boolean;
}

/** A ReplicaSet, or a ReplicationController seen as one. */
export type ReplicaOwner = ReplicaSet;

/** ReplicaSets of group apps. */
export const replicaSetKind: ReplicaKind = {
  controllerName: "replicaset-controller",
  resource: "replicasets.apps",
  kind: "ReplicaSet",
  countsTerminating: true,
  matches: (owner, labels) => selectorMatches(owner.spec.selector, labels),
};

/** The older kind: a plain selector and no count of terminating pods. */
export const replicationControllerKind: ReplicaKind = {
  controllerName: "replication-controller",
  resource: "replicationcontrollers",
  kind: "ReplicationController",
  countsTerminating: false,
  matches: (owner, labels) => mapSelectorMatches(cast<ReplicationController>(owner).spec.selector, labels),
};
