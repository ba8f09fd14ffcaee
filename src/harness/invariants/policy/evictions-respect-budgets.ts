import { cast } from "../../../base/units.ts";
import type { Millis } from "../../../base/units.ts";
import { selectorMatches } from "../../../api/label-selector.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import type { PodDisruptionBudget } from "../../../api/types/policy-v1.ts";
import type { Change, World } from "../../../cluster/world.ts";
import { asPod, isReady, isTerminating, podCondition } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import { LAG_MS } from "../recent.ts";
import { about } from "../violation.ts";

interface Memory {
  /** Pods that stopped being healthy not long ago by anything but an eviction. */
  readonly lost: { readonly pod: Pod; readonly at: Millis }[];
  /** When each budget, by key, last changed what it wants. */
  readonly changedAt: Map<string, Millis>;
  /** Budgets that still count a pod whose labels have left their selector. */
  readonly miscounted: Set<string>;
}

const NAME = "evictions-respect-budgets";

/**
 * The budget's status may lag behind pods that fail by themselves; such pods count as healthy for a while. Evicted
 * ones do not: each admitted eviction is taken off disruptionsAllowed in the same request. Upstream's disruption controller
 * looks at a changed pod's new labels only, so a pod that is relabelled out of a budget goes on to count until something
 * else wakes the budget: until then nothing is promised.
 */
export const evictionsRespectBudgets: Invariant<Memory> = {
  name: NAME,
  catalogue: ["82", "I29"],
  expectation: "always",
  calmOnly: true,
  statement:
    "An admitted eviction of a healthy pod leaves at least desiredHealthy healthy pods to its PodDisruptionBudget.",
  source: "concepts/workloads/pods/disruptions; registry/core/pod/storage/eviction.go",
  resources: ["pods", "poddisruptionbudgets.policy"],
  init: () => ({ lost: [], changedAt: new Map(), miscounted: new Set() }),
  onChange(memory, change, world) {
    const { at, key, before, after } = change;
    if (change.resource !== "pods") {
      if (wants(before) !== wants(after)) memory.changedAt.set(key, at);
      if (change.by === "kube-controller-manager") memory.miscounted.delete(key);
      return undefined;
    }
    if (before !== undefined && after !== undefined && before.metadata.labels !== after.metadata.labels)
      noteLeaving(memory, asPod(before), asPod(after), world);
    if (before === undefined || !isHealthy(asPod(before)) || (after !== undefined && isHealthy(asPod(after))))
      return undefined;
    const pod = asPod(before);
    if (!isEviction(change)) {
      while (memory.lost[0] !== undefined && memory.lost[0].at + LAG_MS < at) memory.lost.shift();
      memory.lost.push({ pod, at });
      return undefined;
    }
    for (const [name, object] of world.objects("poddisruptionbudgets.policy")) {
      const budget = cast<PodDisruptionBudget>(object);
      if (budget.metadata.namespace !== pod.metadata.namespace || !covers(budget, pod)) continue;
      if (memory.miscounted.has(name)) continue;
      if ((memory.changedAt.get(name) ?? -LAG_MS - 1) + LAG_MS >= at || pod.status?.phase !== "Running") continue;
      const healthy = healthyLeft(memory, budget, world, at);
      const desired = budget.status?.desiredHealthy ?? 0;
      if (healthy >= desired) continue;
      return about(
        NAME,
        at,
        pod,
        `It was evicted, which leaves ${healthy} healthy pods to PodDisruptionBudget ${budget.metadata.name}, which wants ${desired}.`,
      );
    }
    return undefined;
  },
};

function noteLeaving({ miscounted }: Memory, before: Pod, after: Pod, world: World): void {
  for (const [name, object] of world.objects("poddisruptionbudgets.policy")) {
    const budget = cast<PodDisruptionBudget>(object);
    if (budget.metadata.namespace !== after.metadata.namespace) continue;
    if (covers(budget, before) && !covers(budget, after)) miscounted.add(name);
  }
}

function isHealthy(pod: Pod): boolean {
  return isReady(pod) && !isTerminating(pod);
}

function covers(budget: PodDisruptionBudget, pod: Pod): boolean {
  return selectorMatches(budget.spec.selector, pod.metadata.labels);
}

/** The deletion that follows an admitted eviction. */
function isEviction({ before, after }: Change): boolean {
  const last = asPod(after ?? before);
  if (last === undefined || (after !== undefined && !isTerminating(after))) return false;
  const target = podCondition(last, "DisruptionTarget");
  return target?.status === "True" && target.reason === "EvictionByEvictionAPI";
}

function healthyLeft(memory: Memory, budget: PodDisruptionBudget, world: World, at: Millis): number {
  let healthy = 0;
  for (const object of world.objects("pods").values()) {
    const pod = asPod(object);
    if (pod.metadata.namespace === budget.metadata.namespace && isHealthy(pod) && covers(budget, pod)) healthy += 1;
  }
  for (const { pod, at: lostAt } of memory.lost)
    if (lostAt + LAG_MS >= at && pod.metadata.namespace === budget.metadata.namespace && covers(budget, pod))
      healthy += 1;
  return healthy;
}

function wants(object: unknown): string {
  const budget = cast<PodDisruptionBudget | undefined>(object);
  return `${budget?.metadata.generation} ${budget?.status?.desiredHealthy}`;
}
