import type { Millis } from "../../../base/units.ts";
import { cast } from "../../../base/units.ts";
import { controllerOf } from "../../../api/object.ts";
import type { Deployment, ReplicaSet } from "../../../api/types/apps-v1.ts";
import type { Change } from "../../../cluster/world.ts";
import type { Past } from "../recent.ts";
import { leave } from "../recent.ts";

/** One ReplicaSet of a Deployment, with what its controller may still believe of it. */
export interface OwnedReplicaSet {
  now: ReplicaSet;
  readonly past: Past<ReplicaSet>;
  /** When spec.replicas last grew, and the Deployment's generation then. */
  grewAt: Millis;
  grewAtGeneration: number;
}

/** A Deployment and its ReplicaSets. */
export interface DeploymentHistory {
  now: Deployment | undefined;
  readonly past: Past<Deployment>;
  /** When spec.replicas was last changed; never is -1. */
  scaledAt: Millis;
  readonly replicaSets: Map<string, OwnedReplicaSet>;
  /** ReplicaSets that were deleted not long ago. */
  readonly gone: Past<ReplicaSet>;
}

/** By uid of the Deployment. */
export type Deployments = Map<string, DeploymentHistory>;

export const DEPLOYMENT_RESOURCES: readonly string[] = ["deployments.apps", "replicasets.apps"];

/** Follows one change of a Deployment or of a ReplicaSet; the Deployment that a ReplicaSet belongs to. */
export function follow(deployments: Deployments, change: Change): DeploymentHistory | undefined {
  return change.resource === "deployments.apps"
    ? followDeployment(deployments, change)
    : followReplicaSet(deployments, change);
}

/** deployment.Spec.Replicas; 1 when unset. */
export function desired(deployment: Deployment): number {
  return deployment.spec.replicas ?? 1;
}

/** Pods above the desired number that a rollout may use. */
export function maxSurge(deployment: Deployment): number {
  if (deployment.spec.strategy?.type === "Recreate") return 0;
  return scaled(deployment.spec.strategy?.rollingUpdate?.maxSurge ?? "25%", desired(deployment), Math.ceil);
}

/** deploymentutil.MaxUnavailable. */
export function maxUnavailable(deployment: Deployment): number {
  const replicas = desired(deployment);
  if (deployment.spec.strategy?.type === "Recreate" || replicas === 0) return 0;
  const down = scaled(deployment.spec.strategy?.rollingUpdate?.maxUnavailable ?? "25%", replicas, Math.floor);
  return Math.min(down === 0 && maxSurge(deployment) === 0 ? 1 : down, replicas);
}

/** intstr.GetScaledValueFromIntOrPercent. */
export function scaled(value: number | string, total: number, round: (n: number) => number): number {
  if (typeof value === "number") return value;
  return round((Number.parseInt(value, 10) * total) / 100);
}

function entry(deployments: Deployments, uid: string): DeploymentHistory {
  let known = deployments.get(uid);
  if (known === undefined) {
    known = { now: undefined, past: [], scaledAt: -1, replicaSets: new Map(), gone: [] };
    deployments.set(uid, known);
  }
  return known;
}

function followDeployment(deployments: Deployments, { at, before, after }: Change): DeploymentHistory | undefined {
  const now = cast<Deployment | undefined>(after);
  if (now === undefined) {
    if (before !== undefined) deployments.delete(before.metadata.uid);
    return undefined;
  }
  const known = entry(deployments, now.metadata.uid);
  if (known.now !== undefined && known.now.spec !== now.spec) {
    leave(known.past, known.now, at);
    if (known.now.spec.replicas !== now.spec.replicas) known.scaledAt = at;
  }
  known.now = now;
  return known;
}

function followReplicaSet(deployments: Deployments, { at, before, after }: Change): DeploymentHistory | undefined {
  const now = cast<ReplicaSet | undefined>(after);
  const object = after ?? before;
  const owner = object === undefined ? undefined : controllerOf(object);
  if (object === undefined || owner?.kind !== "Deployment") return undefined;
  const known = entry(deployments, owner.uid);
  if (now === undefined) {
    known.replicaSets.delete(object.metadata.uid);
    leave(known.gone, cast<ReplicaSet>(object), at);
    if (known.now === undefined && known.replicaSets.size === 0) deployments.delete(owner.uid);
    return known;
  }
  const old = known.replicaSets.get(now.metadata.uid);
  const grew = (now.spec.replicas ?? 1) > (old === undefined ? 0 : (old.now.spec.replicas ?? 1));
  if (old === undefined) {
    const generation = known.now?.metadata.generation ?? 0;
    known.replicaSets.set(now.metadata.uid, { now, past: [], grewAt: grew ? at : -1, grewAtGeneration: generation });
    return known;
  }
  leave(old.past, old.now, at);
  old.now = now;
  if (grew) {
    old.grewAt = at;
    old.grewAtGeneration = known.now?.metadata.generation ?? 0;
  }
  return known;
}
