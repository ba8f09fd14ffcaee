import { parseTimestamp, timestamp } from "../../base/time.ts";
import { MINUTE, cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import { deepEqual } from "../../api/equal.ts";
import { selectorMatches } from "../../api/label-selector.ts";
import type { Condition } from "../../api/types/meta-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from "../../api/types/policy-v1.ts";
import type { RecordedEvent } from "../../client/component.ts";
import { nothing } from "../../client/controller.ts";
import type { Intents, Sync } from "../../client/controller.ts";
import { BY_NAMESPACE } from "../indexes.ts";
import { isReady } from "../pods.ts";
import { updateStatus } from "../requests.ts";
import { expectationOf } from "./expected.ts";

export const BUDGETS = "poddisruptionbudgets.policy";
/** A pod whose eviction was granted counts as disrupted for so long, unless it goes earlier. */
const DELETION_TIMEOUT: Millis = 2 * MINUTE;

type Disrupted = { readonly [pod: string]: string };

/** Recounts one budget. */
export function reconcileBudget({ key, listers, now }: Sync<undefined>, mutants: ReadonlySet<string>): Intents<never> {
  const budget = cast<PodDisruptionBudget | undefined>(listers.of(BUDGETS).get(key));
  if (budget === undefined) return nothing;
  const inNamespace = cast<readonly Pod[]>(listers.of("pods").byIndex(BY_NAMESPACE, budget.metadata.namespace ?? ""));
  const pods = inNamespace.filter((pod) => selectorMatches(budget.spec?.selector, pod.metadata.labels));
  const events: RecordedEvent[] = [];
  const say = (type: "Normal" | "Warning", reason: string, message: string): void => {
    events.push({ object: budget, type, reason, message });
  };
  if (pods.length === 0) say("Normal", "NoPods", "No matching pods found");
  const expectation = expectationOf(budget, pods, listers);
  if ("error" in expectation) {
    const message = `Failed to calculate the number of expected pods: ${expectation.error}`;
    say("Warning", "CalculateExpectedPodCountFailed", message);
    return intents(budget, failSafe(budget, expectation.error, now), events, mutants);
  }
  if (expectation.unmanaged.length > 0) say("Warning", "UnmanagedPods", unmanagedMessage(budget));
  const { disrupted, recheckAfter } = stillDisrupted(budget, pods, now);
  const healthy = countHealthy(pods, disrupted, now);
  const { expected, desired } = expectation;
  const allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
  const counted: PodDisruptionBudgetStatus = {
    observedGeneration: budget.metadata.generation ?? 0,
    ...(Object.keys(disrupted).length > 0 && { disruptedPods: disrupted }),
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
    conditions: withAllowed(
      budget,
      allowed > 0 ? ["True", "SufficientPods", ""] : ["False", "InsufficientPods", ""],
      now,
    ),
  };
  const result = intents(budget, counted, events, mutants);
  return recheckAfter === undefined ? result : { ...result, requeueAfter: recheckAfter };
}

function intents(
  budget: PodDisruptionBudget,
  status: PodDisruptionBudgetStatus,
  events: readonly RecordedEvent[],
  mutants: ReadonlySet<string>,
): Intents<never> {
  if (deepEqual(budget.status, status)) return { writes: [], events };
  const metadata = mutants.has("PDB-01") ? { ...budget.metadata, resourceVersion: "" } : budget.metadata;
  return { writes: [[updateStatus(BUDGETS, cast<PodDisruptionBudget>({ ...budget, metadata, status }))]], events };
}

/** Pods of granted evictions that have not gone yet, and when the first of them has to be given up. */
function stillDisrupted(
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
  now: Millis,
): { readonly disrupted: Disrupted; readonly recheckAfter?: Millis } {
  const before = budget.status?.disruptedPods;
  if (before === undefined) return { disrupted: {} };
  const disrupted: { [pod: string]: string } = {};
  let next = Number.POSITIVE_INFINITY;
  for (const { metadata } of pods) {
    const since = before[metadata.name];
    if (since === undefined || metadata.deletionTimestamp !== undefined) continue;
    const until = parseTimestamp(since) + DELETION_TIMEOUT;
    if (until < now) continue;
    disrupted[metadata.name] = since;
    next = Math.min(next, until);
  }
  return Number.isFinite(next) ? { disrupted, recheckAfter: Math.max(1, next - now) } : { disrupted };
}

function countHealthy(pods: readonly Pod[], disrupted: Disrupted, now: Millis): number {
  let healthy = 0;
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    const since = disrupted[pod.metadata.name];
    if (since !== undefined && parseTimestamp(since) + DELETION_TIMEOUT > now) continue;
    if (isReady(pod)) healthy += 1;
  }
  return healthy;
}

/** Nothing may be disrupted while the count is unknown. */
function failSafe(budget: PodDisruptionBudget, message: string, now: Millis): PodDisruptionBudgetStatus {
  const status = budget.status ?? { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, disruptionsAllowed: 0 };
  return { ...status, disruptionsAllowed: 0, conditions: withAllowed(budget, ["False", "SyncFailed", message], now) };
}

function withAllowed(
  { status, metadata }: PodDisruptionBudget,
  [value, reason, message]: readonly [status: "True" | "False", reason: string, message: string],
  now: Millis,
): readonly Condition[] {
  const conditions = status?.conditions ?? [];
  const current = conditions.find(({ type }) => type === "DisruptionAllowed");
  const generation = reason === "SyncFailed" ? (status?.observedGeneration ?? 0) : (metadata.generation ?? 0);
  const condition: Condition = {
    type: "DisruptionAllowed",
    status: value,
    ...(generation > 0 && { observedGeneration: generation }),
    lastTransitionTime: current?.status === value ? current.lastTransitionTime : timestamp(now),
    reason,
    message,
  };
  if (current === undefined) return [...conditions, condition];
  return conditions.map((other) => (other === current ? condition : other));
}

function unmanagedMessage(budget: PodDisruptionBudget): string {
  const { matchLabels, matchExpressions } = budget.spec?.selector ?? {};
  const labels = Object.entries(matchLabels ?? {})
    .map(([key, value]) => `${key}:${value}`)
    .join(" ");
  const expressions = (matchExpressions ?? []).map(
    ({ key, operator, values }) => `{${key} ${operator} [${(values ?? []).join(" ")}]}`,
  );
  const selector = `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join(",")}},}`;
  return (
    `Pods selected by this PodDisruptionBudget (selector: ${selector}) were found to be unmanaged. As a result, the ` +
    "status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these " +
    'pods please set ".spec.minAvailable" field of the PDB to an integer value.'
  );
}
