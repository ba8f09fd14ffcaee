import type { Pod } from "../../../api/types/core-v1.ts";
import type { PodDisruptionBudget } from "../../../api/types/policy-v1.ts";
import { selectorMatches } from "../../../api/label-selector.ts";
import { parseTimestamp } from "../../../base/time.ts";
import { addPodToNode, cloneNodeInfo, removePodFromNode } from "../../cache/node-info.ts";
import type { NodeInfo } from "../../cache/node-info.ts";
import { podPriority } from "../../cache/pod-info.ts";
import { activeFilters, extensionsOf, runFilters, thoughtExperiment } from "../../filter-nodes.ts";
import type { Cycle } from "../../framework/cycle.ts";
import type { Status } from "../../framework/status.ts";
import { status } from "../../framework/status.ts";

/** Pods whose removal makes room on a node, most important first. */
export interface Victims {
  readonly pods: readonly Pod[];
  /** How many of them violate a disruption budget. */
  readonly violations: number;
}

const NO_VICTIMS = status("", "UnschedulableAndUnresolvable", "No preemption victims found for incoming pod");

/**
 * Takes all pods of lower priority off a copy of the node, and lets as many as possible stay: first those whose budget
 * would be violated, the most important ones first.
 */
export function selectVictims(
  cycle: Cycle,
  original: NodeInfo,
  budgets: readonly PodDisruptionBudget[],
): Victims | Status {
  const priority = podPriority(cycle.pod);
  const pool = original.pods.filter((pod) => podPriority(pod) < priority);
  if (pool.length === 0) return NO_VICTIMS;
  const thought = thoughtExperiment(cycle);
  const node = cloneNodeInfo(original);
  const extensions = extensionsOf(thought);
  const filters = activeFilters(thought);
  const remove = (pod: Pod): void => {
    removePodFromNode(node, pod);
    for (const extension of extensions) extension.removePod(thought, pod, node);
  };
  const add = (pod: Pod): void => {
    addPodToNode(node, pod);
    for (const extension of extensions) extension.addPod(thought, pod, node);
  };
  for (const pod of pool) remove(pod);
  const verdict = runFilters(thought, filters, node);
  if (verdict !== undefined) return verdict;

  pool.sort(byImportance);
  const { violating, others } = splitByBudgets(pool, budgets);
  const victims: Pod[] = [];
  const mustGo = (pod: Pod): boolean => {
    add(pod);
    if (runFilters(thought, filters, node) === undefined) return false;
    remove(pod);
    victims.push(pod);
    return true;
  };
  let violations = 0;
  for (const pod of violating) if (mustGo(pod)) violations += 1;
  for (const pod of others) mustGo(pod);
  if (violating.length > 0 && others.length > 0 && !cycle.mutants.has("SCH-18")) victims.sort(byImportance);
  return { pods: victims, violations };
}

/** Priority descending, then the one that started earlier; a pod that has not started counts as the latest. */
export function byImportance(a: Pod, b: Pod): number {
  const byPriority = podPriority(b) - podPriority(a);
  if (byPriority !== 0) return byPriority;
  const first = startTime(a);
  const second = startTime(b);
  return first === second ? 0 : first - second;
}

/** Start of a pod in virtual time. */
export function startTime(pod: Pod): number {
  const text = pod.status?.startTime;
  return text === undefined ? Number.MAX_SAFE_INTEGER : parseTimestamp(text);
}

/** Walks the pods in their order and counts each against all budgets that select it; it violates those that are overdrawn then. */
function splitByBudgets(
  pods: readonly Pod[],
  budgets: readonly PodDisruptionBudget[],
): { readonly violating: readonly Pod[]; readonly others: readonly Pod[] } {
  if (budgets.length === 0) return { violating: [], others: pods };
  const allowed = budgets.map((budget) => budget.status?.disruptionsAllowed ?? 0);
  const violating: Pod[] = [];
  const others: Pod[] = [];
  for (const pod of pods) {
    let violates = false;
    if (Object.keys(pod.metadata.labels ?? {}).length > 0) {
      for (const [i, budget] of budgets.entries()) {
        if (!protects(budget, pod)) continue;
        const left = (allowed[i] ?? 0) - 1;
        allowed[i] = left;
        if (left < 0) violates = true;
      }
    }
    (violates ? violating : others).push(pod);
  }
  return { violating, others };
}

function protects(budget: PodDisruptionBudget, pod: Pod): boolean {
  if (budget.metadata.namespace !== pod.metadata.namespace) return false;
  const selector = budget.spec?.selector;
  if (selector === undefined) return false;
  if (Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions?.length ?? 0) === 0)
    return false;
  if (!selectorMatches(selector, pod.metadata.labels)) return false;
  return budget.status?.disruptedPods?.[pod.metadata.name] === undefined;
}
