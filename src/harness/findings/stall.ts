import { cast } from "../../base/units.ts";
import { selectorMatches } from "../../api/label-selector.ts";
import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { objectKey, controllerOf } from "../../api/object.ts";
import type { PodDisruptionBudget } from "../../api/types/policy-v1.ts";
import type { World } from "../../cluster/world.ts";
import { asPod, isReady, isTerminal, isTerminating, nodeOf } from "../survivability/pod.ts";
import { podsOf } from "../survivability.ts";
import { objectName } from "./words.ts";

/** Why a rollout does not get on, as a clause without names of pods and nodes. */
export function causeOfStall(deployment: Deployment, world: World): string {
  for (const object of world.objects("replicasets.apps").values()) {
    if (controllerOf(object)?.uid !== deployment.metadata.uid) continue;
    const failure = cast<ReplicaSet>(object).status?.conditions?.find(
      ({ type, status }) => type === "ReplicaFailure" && status === "True",
    );
    if (failure?.message !== undefined && failure.message.includes("exceeded quota"))
      return "a ResourceQuota forbids more pods";
    if (failure !== undefined) return "its pods are refused by the API server";
  }
  const waiting = podsOf(deployment, world).filter((pod) => !isTerminal(pod) && (!isReady(pod) || isTerminating(pod)));
  const unbound = waiting.find((pod) => nodeOf(pod) === "" && !isTerminating(pod));
  if (unbound !== undefined)
    return (unbound.spec.schedulingGates?.length ?? 0) > 0
      ? "its new pods have scheduling gates"
      : "no node has room for its new pods";
  for (const pod of waiting) {
    const reason = waitingReason(pod);
    if (reason !== undefined) return reason;
  }
  const going = waiting.find(isTerminating);
  if (going !== undefined && waiting.every(isTerminating)) return "its old pods do not end";
  const unready = waiting[0];
  return unready === undefined
    ? "it makes no progress although its pods are ready"
    : `its container ${unreadyContainer(unready)} does not become ready`;
}

/** What keeps pods on a node that is being drained. */
export interface Blocker {
  /** "PodDisruptionBudget web". */
  readonly object: string;
  readonly cause: string;
}

/** The first obstacle of a drain: a budget that allows nothing, or a pod that takes its time; undefined when there is none left. */
export function blockerOfDrain(node: string, world: World): Blocker | undefined {
  let slow: Blocker | undefined;
  for (const object of world.objects("pods").values()) {
    const pod = asPod(object);
    if (nodeOf(pod) !== node || isTerminal(pod) || controllerOf(pod)?.kind === "DaemonSet") continue;
    if (pod.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) continue;
    const grace = pod.spec.terminationGracePeriodSeconds ?? 30;
    const name = objectName("Pod", objectKey(pod));
    const owner = controllerOf(pod);
    slow ??= isTerminating(pod)
      ? {
          object: owner === undefined ? name : `${owner.kind} ${owner.name}`,
          cause: `its pods take up to terminationGracePeriodSeconds ${grace} to end`,
        }
      : {
          object: owner === undefined ? name : `${owner.kind} ${owner.name}`,
          cause: owner === undefined ? "it has no controller" : "its pods were not evicted",
        };
    if (isTerminating(pod)) continue;
    const budget = budgetThatForbids(pod, world);
    if (budget !== undefined) return budget;
  }
  return slow;
}

function budgetThatForbids(pod: Pod, world: World): Blocker | undefined {
  const covering = [...world.objects("poddisruptionbudgets.policy").values()]
    .map((object) => cast<PodDisruptionBudget>(object))
    .filter(
      (budget) =>
        budget.metadata.namespace === pod.metadata.namespace &&
        selectorMatches(budget.spec.selector, pod.metadata.labels),
    );
  const [budget, second] = covering;
  if (budget === undefined) return undefined;
  const object = objectName("PodDisruptionBudget", objectKey(budget));
  if (second !== undefined)
    return {
      object,
      cause: `PodDisruptionBudget ${second.metadata.name} covers the same pods, and the eviction API refuses two`,
    };
  if ((budget.status?.disruptionsAllowed ?? 0) > 0) return undefined;
  const { minAvailable, maxUnavailable } = budget.spec;
  const { expectedPods = 0, desiredHealthy = 0, currentHealthy = 0 } = budget.status ?? {};
  const rule = minAvailable === undefined ? `maxUnavailable ${maxUnavailable ?? 0}` : `minAvailable ${minAvailable}`;
  if (desiredHealthy >= expectedPods) return { object, cause: `${rule} of ${expectedPods} allows no disruption, ever` };
  return {
    object,
    cause:
      currentHealthy <= desiredHealthy
        ? `${rule} of ${expectedPods} allows none while other pods are not healthy`
        : `${rule} of ${expectedPods} allows none`,
  };
}

function waitingReason(pod: Pod): string | undefined {
  for (const status of [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]) {
    const reason = status.state?.waiting?.reason;
    if (reason === "ErrImagePull" || reason === "ImagePullBackOff") return `image ${status.image} cannot be pulled`;
    if (reason !== undefined && reason !== "ContainerCreating" && reason !== "PodInitializing")
      return `its container ${status.name} is in ${reason}`;
    if (status.state?.terminated !== undefined && status.state.terminated.exitCode !== 0)
      return `its container ${status.name} is in CrashLoopBackOff`;
  }
  return undefined;
}

function unreadyContainer(pod: Pod): string {
  return pod.status?.containerStatuses?.find(({ ready }) => !ready)?.name ?? pod.spec.containers[0]?.name ?? "";
}
