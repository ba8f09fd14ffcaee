import { cast } from "../../../base/units.ts";
import type { Deployment, ReplicaSet } from "../../../api/types/apps-v1.ts";
import type { Change } from "../../../cluster/world.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { LAG_MS, mostRecently } from "../recent.ts";
import { about, byControllerManager } from "../violation.ts";
import type { DeploymentHistory, Deployments } from "./deployments.ts";
import { DEPLOYMENT_RESOURCES, desired, follow, maxUnavailable } from "./deployments.ts";

const NAME = "rollouts-keep-pods-available";

/**
 * Judged when the controller makes a ReplicaSet smaller: unready pods go first, so that a ReplicaSet keeps
 * min(available, replicas), and one that loses no more than its unready pods costs nothing. What pods lose by themselves is no
 * violation, nor is a Deployment being scaled; the pods of a ReplicaSet that somebody deletes count until its controller knows.
 */
export const rolloutsKeepPodsAvailable: Invariant<Deployments> = {
  name: NAME,
  catalogue: ["48", "I15"],
  expectation: "always",
  calmOnly: true,
  statement: "Scaling down old ReplicaSets never takes the available pods below replicas − maxUnavailable.",
  source: "concepts/workloads/controllers/deployment: max unavailable",
  resources: DEPLOYMENT_RESOURCES,
  init: () => new Map(),
  onChange(deployments, change) {
    const known = follow(deployments, change);
    if (known?.now === undefined || change.resource !== "replicasets.apps" || !byControllerManager(change.by))
      return undefined;
    return judge(known, known.now, change);
  },
};

function judge(known: DeploymentHistory, deployment: Deployment, { at, before, after }: Change): Violation | undefined {
  if (before === undefined || after === undefined || deployment.metadata.deletionTimestamp !== undefined)
    return undefined;
  const from = cast<ReplicaSet>(before).spec.replicas ?? 1;
  const shrunk = cast<ReplicaSet>(after);
  const to = shrunk.spec.replicas ?? 1;
  if (to >= from || deployment.spec.strategy?.type === "Recreate" || scaling(known, deployment, shrunk, at))
    return undefined;
  const required = -mostRecently(known.past, deployment, at, (state) => maxUnavailable(state) - desired(state));
  let kept = 0;
  let unhealthy = false;
  for (const { now, past } of known.replicaSets.values()) {
    kept += counted(now, mostRecently(past, now, at, available));
    if (now.metadata.uid === shrunk.metadata.uid)
      unhealthy = -mostRecently(past, now, at, (state) => -available(state)) <= to;
  }
  for (const { value, until } of known.gone) if (until + LAG_MS >= at) kept += counted(value, available(value));
  if (kept >= required || unhealthy) return undefined;
  return about(
    NAME,
    at,
    deployment,
    `ReplicaSet ${shrunk.metadata.name} was scaled down from ${from} to ${to}, which leaves ${kept} available pods; replicas − maxUnavailable is ${required}.`,
  );
}

/** Of its available pods a ReplicaSet keeps no more than it wants. */
function counted({ spec }: ReplicaSet, pods: number): number {
  return Math.min(pods, spec.replicas ?? 1);
}

function available({ status }: ReplicaSet): number {
  return status?.availableReplicas ?? 0;
}

/** Proportional scaling looks at sizes only, not at what is available. */
function scaling(known: DeploymentHistory, deployment: Deployment, shrunk: ReplicaSet, at: number): boolean {
  if (known.scaledAt >= 0 && known.scaledAt + LAG_MS >= at) return true;
  const annotation = shrunk.metadata.annotations?.["deployment.kubernetes.io/desired-replicas"];
  return annotation !== undefined && Number(annotation) !== desired(deployment);
}
