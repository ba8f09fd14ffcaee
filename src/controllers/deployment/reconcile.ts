import { timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import type { Deployment, DeploymentStatus, ReplicaSet } from "../../api/types/apps-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { selectorMatches } from "../../api/label-selector.ts";
import { nothing } from "../../client/controller.ts";
import type { Intents, Sync, Write } from "../../client/controller.ts";
import { claim, settleClaim } from "../claim.ts";
import { BY_CONTROLLER, orphansOf } from "../indexes.ts";
import { updateStatus } from "../requests.ts";
import { countOf, rollbackTo } from "./annotations.ts";
import { desiredReplicas, sizeOf } from "./budget.ts";
import { historyCleanup } from "./cleanup.ts";
import { conditionOf, hasProgressDeadline, newCondition, withCondition } from "./conditions.ts";
import { activeOf, allOf, historyOf } from "./history.ts";
import type { History } from "./history.ts";
import { DEPLOYMENTS, DESIRED_REPLICAS, REPLICA_SETS } from "./names.ts";
import { afterCreation, createReplicaSet, creationAmong, syncRevision } from "./new-replica-set.ts";
import { isComplete, progressCheckAfter, rolloutStatus } from "./progress.ts";
import { isSaturated, proportionalSizes } from "./proportion.ts";
import { isRollingUpdate } from "./budget.ts";
import { oldPodsRunning } from "./recreate.ts";
import { rollback } from "./rollback.ts";
import { rollingStep } from "./rolling.ts";
import type { Resize } from "./rolling.ts";
import { afterScaling, scaled } from "./scaling.ts";
import type { Scaling } from "./scaling.ts";
import { calculatedStatus, sameStatus } from "./status.ts";

/** One look at a Deployment and its ReplicaSets. */
interface Round {
  readonly deployment: Deployment;
  readonly history: History;
  readonly sync: Sync;
  readonly mutants: ReadonlySet<string>;
}

/** Brings a Deployment one step nearer to its spec; each write's own event calls it again for the next step. */
export function reconcileDeployment(sync: Sync, mutants: ReadonlySet<string>): Intents<never> {
  const deployment = cast<Deployment | undefined>(sync.listers.of(DEPLOYMENTS).get(sync.key));
  if (deployment === undefined) return nothing;
  const { selector } = deployment.spec;
  if (selector.matchLabels === undefined && selector.matchExpressions === undefined) return selectsAll(deployment);
  const creation = creationAmong(sync.replies);
  if (creation !== undefined) return afterCreation(deployment, creation, sync, mutants);
  const claimant = {
    owner: deployment,
    ownerResource: DEPLOYMENTS,
    resource: REPLICA_SETS,
    matches: (labels: ReplicaSet["metadata"]["labels"]) => selectorMatches(selector, labels),
  };
  const claimed = claim(claimant, candidates(deployment, sync));
  const settling = settleClaim(claimant, claimed, sync.replies);
  if (settling !== undefined) return settling;
  const history = historyOf(deployment, claimed.owned);
  return reconcileRound({ deployment, history, sync, mutants });
}

function candidates(deployment: Deployment, { listers }: Sync): readonly ReplicaSet[] {
  const replicaSets = listers.of(REPLICA_SETS);
  const owned = replicaSets.byIndex(BY_CONTROLLER, deployment.metadata.uid);
  const orphans = replicaSets.byIndex(BY_CONTROLLER, orphansOf(deployment.metadata.namespace ?? ""));
  return cast<readonly ReplicaSet[]>(orphans.length === 0 ? owned : [...owned, ...orphans]);
}

function reconcileRound(round: Round): Intents<never> {
  const { deployment, history, sync, mutants } = round;
  const catchUp = syncRevision(deployment, history, sync.now);
  if (deployment.metadata.deletionTimestamp !== undefined)
    return catchUp !== undefined ? { writes: [[catchUp]] } : plainStatus(round, []);
  const paused = pausedCondition(round);
  if (paused !== undefined) return { writes: [[paused]] };
  if (catchUp !== undefined) return { writes: [[catchUp]] };
  if (deployment.spec.paused === true) return plainStatus(round, scalings(round, scale(round)));
  const revision = rollbackTo(deployment);
  if (revision !== undefined) {
    if (history.newReplicaSet === undefined) return createReplicaSet(deployment, history, mutants);
    return rollback(deployment, allOf(history), revision);
  }
  if (isScalingEvent(round)) return plainStatus(round, scalings(round, scale(round)));
  return isRollingUpdate(deployment) ? rolloutRolling(round) : rolloutRecreate(round);
}

/** Some active ReplicaSet was last sized for another number of replicas. */
function isScalingEvent({ deployment, history }: Round): boolean {
  return activeOf(allOf(history)).some((replicaSet) => {
    const desired = countOf(replicaSet, DESIRED_REPLICAS);
    return desired !== undefined && desired !== desiredReplicas(deployment);
  });
}

/** Sizes after a change of spec.replicas: the only active ReplicaSet takes all, else all scale in proportion. */
function scale({ deployment, history }: Round): readonly Resize[] {
  const all = allOf(history);
  const active = activeOf(all);
  const desired = desiredReplicas(deployment);
  if (active.length <= 1) {
    const only = active[0] ?? history.newReplicaSet ?? history.old.at(-1);
    return only === undefined || sizeOf(only) === desired ? [] : [{ replicaSet: only, size: desired }];
  }
  if (isSaturated(deployment, history.newReplicaSet))
    return activeOf(history.old).map((replicaSet) => ({ replicaSet, size: 0 }));
  return isRollingUpdate(deployment) ? proportionalSizes(deployment, active) : [];
}

function rolloutRolling(round: Round): Intents<never> {
  const { deployment, history, mutants } = round;
  const { newReplicaSet } = history;
  if (newReplicaSet === undefined) return createReplicaSet(deployment, history, mutants);
  return finishRollout(round, scalings(round, rollingStep(deployment, history, newReplicaSet)));
}

function rolloutRecreate(round: Round): Intents<never> {
  const { deployment, history, sync, mutants } = round;
  const down = activeOf(history.old).map((replicaSet) => ({ replicaSet, size: 0 }));
  if (down.length > 0) return rolloutIntents(round, scalings(round, down), []);
  const pods = sync.listers.of("pods");
  const podsOf = (replicaSet: ReplicaSet): readonly Pod[] =>
    cast<readonly Pod[]>(pods.byIndex(BY_CONTROLLER, replicaSet.metadata.uid));
  if (oldPodsRunning(history, podsOf, mutants)) return rolloutIntents(round, [], []);
  const { newReplicaSet } = history;
  if (newReplicaSet === undefined) return createReplicaSet(deployment, history, mutants);
  const up = scalings(round, [{ replicaSet: newReplicaSet, size: desiredReplicas(deployment) }]);
  return finishRollout(round, sizeOf(newReplicaSet) === desiredReplicas(deployment) ? [] : up);
}

function finishRollout(round: Round, changes: readonly Scaling[]): Intents<never> {
  const { deployment, history } = round;
  const done = changes.length === 0 && isComplete(deployment, deployment.status ?? {});
  return rolloutIntents(round, changes, done ? historyCleanup(deployment, history.old) : []);
}

function scalings({ deployment, mutants }: Round, resizes: readonly Resize[]): readonly Scaling[] {
  const changes: Scaling[] = [];
  for (const { replicaSet, size } of resizes) {
    const change = scaled(deployment, replicaSet, size, mutants);
    if (change !== undefined) changes.push(change);
  }
  return changes;
}

function rolloutIntents(
  round: Round,
  changes: readonly Scaling[],
  cleanup: readonly (readonly Write[])[],
): Intents<never> {
  const { deployment, history, sync } = round;
  const all = afterScaling(allOf(history), changes);
  const status = rolloutStatus(deployment, all, history.newReplicaSet, sync.now);
  const intents = withStatus(round, changes, cleanup, status);
  if (!sameStatus(deployment.status, status)) return intents;
  const requeueAfter = progressCheckAfter(deployment, status, sync.now);
  return requeueAfter === undefined ? intents : { requeueAfter, ...intents };
}

function plainStatus(round: Round, changes: readonly Scaling[]): Intents<never> {
  const { deployment, history, sync } = round;
  const cleanup =
    deployment.spec.paused === true && rollbackTo(deployment) === undefined
      ? historyCleanup(deployment, history.old)
      : [];
  const all = afterScaling(allOf(history), changes);
  return withStatus(
    round,
    changes,
    cleanup,
    calculatedStatus(deployment, all, history.newReplicaSet, timestamp(sync.now)),
  );
}

function withStatus(
  { deployment }: Round,
  changes: readonly Scaling[],
  cleanup: readonly (readonly Write[])[],
  status: DeploymentStatus,
): Intents<never> {
  const writes = [...changes.map(({ write }) => [write]), ...cleanup];
  if (!sameStatus(deployment.status, status))
    writes.push([updateStatus(DEPLOYMENTS, { ...deployment, status } as Deployment)]);
  const events = changes.flatMap(({ event }) => event ?? []);
  return events.length === 0 ? { writes } : { writes, events };
}

/** The write that says that the rollout is paused or resumed, so that the pause does not count as lack of progress. */
function pausedCondition({ deployment, sync }: Round): Write | undefined {
  if (!hasProgressDeadline(deployment)) return undefined;
  const current = conditionOf(deployment.status?.conditions, "Progressing");
  if (current?.reason === "ProgressDeadlineExceeded") return undefined;
  const said = current?.reason === "DeploymentPaused";
  const paused = deployment.spec.paused === true;
  if (paused === said) return undefined;
  const reason = paused
    ? (["DeploymentPaused", "Deployment is paused"] as const)
    : (["DeploymentResumed", "Deployment is resumed"] as const);
  const condition = newCondition("Progressing", "Unknown", reason, timestamp(sync.now));
  const status = { ...deployment.status, conditions: withCondition(deployment.status?.conditions, condition) };
  return updateStatus(DEPLOYMENTS, { ...deployment, status } as Deployment);
}

function selectsAll(deployment: Deployment): Intents<never> {
  const message = "This deployment is selecting all pods. A non-empty selector is required.";
  const generation = deployment.metadata.generation ?? 0;
  const observed = (deployment.status?.observedGeneration ?? 0) >= generation;
  const status = { ...deployment.status, observedGeneration: generation };
  return {
    writes: observed ? [] : [[updateStatus(DEPLOYMENTS, { ...deployment, status } as Deployment)]],
    events: [{ object: deployment, type: "Warning", reason: "SelectingAll", message }],
  };
}
