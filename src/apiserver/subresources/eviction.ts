import { cast } from "../../base/units.ts";
import { timestamp } from "../../base/time.ts";
import type { ApiObject } from "../../api/object.ts";
import { selectorMatches } from "../../api/label-selector.ts";
import type { Request, RequestOptions, Response } from "../../api/request.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from "../../api/types/policy-v1.ts";
import { nodeRestriction } from "../admission/node-restriction.ts";
import { commit } from "../commit.ts";
import { decodeBody } from "../decode-body.ts";
import { removeStored } from "../delete.ts";
import { badRequest, failure, isFailure, notFound, plainError } from "../failure.ts";
import type { Failure } from "../failure.ts";
import { evictionKind } from "../kinds/binding.ts";
import { podDisruptionBudget } from "../kinds/pod-disruption-budget.ts";
import { setCondition } from "../kinds/pod-conditions.ts";
import type { Kind } from "../kind.ts";
import type { Call, Server } from "../server-state.ts";
import { storedObject } from "../update.ts";
import { CREATED } from "./success.ts";

/** POST pods/<name>/eviction: a deletion that budgets may refuse. */
export function evictPod(server: Server, kind: Kind, request: Request, outer: Call): Response {
  const decoded = decodeBody(evictionKind, request.body, outer);
  if (isFailure(decoded)) return decoded;
  const { deleteOptions, metadata } = cast<{
    readonly deleteOptions?: RequestOptions;
    readonly metadata?: { readonly name?: string };
  }>(decoded);
  const named = metadata?.name ?? "";
  if (named !== "" && named !== request.name) return badRequest("name in URL does not match name in Eviction object");
  const call = { ...outer, dryRun: outer.dryRun || (deleteOptions?.dryRun?.length ?? 0) > 0 };
  const stored = storedObject(server, kind, request);
  if (stored === undefined) return notFound(kind, request.name ?? "");
  const foreign = nodeRestriction(server, kind, { subresource: "eviction", stored, name: stored.metadata.name }, call);
  if (foreign !== undefined) return foreign;
  const pod = cast<Pod>(stored);
  if (!ignoresBudgets(pod)) {
    const refused = takeDisruption(server, pod, call);
    if (refused !== undefined) return refused;
  }
  const marked = withDisruptionTarget(pod, call);
  const committed = commit(server, kind, cast<ApiObject>(marked), call);
  const { preconditions, ...rest } = deleteOptions ?? {};
  const answer = removeStored(
    server,
    kind,
    committed,
    preconditions === undefined ? rest : { ...rest, preconditions },
    call,
  );
  return answer.ok ? CREATED : answer;
}

function ignoresBudgets(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return (
    phase === "Succeeded" || phase === "Failed" || phase === "Pending" || pod.metadata.deletionTimestamp !== undefined
  );
}

function isReady(pod: Pod): boolean {
  return (
    pod.status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") === true
  );
}

function takeDisruption(server: Server, pod: Pod, call: Call): Failure | undefined {
  const budgets: PodDisruptionBudget[] = [];
  for (const object of server.etcd.range("poddisruptionbudgets.policy", pod.metadata.namespace)) {
    const budget = cast<PodDisruptionBudget>(object);
    if (selectorMatches(budget.spec.selector, pod.metadata.labels)) budgets.push(budget);
  }
  const [budget, second] = budgets;
  if (budget === undefined) return undefined;
  if (second !== undefined)
    return plainError(
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    );
  const status = budget.status ?? { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
  if (!isReady(pod)) {
    if (budget.spec.unhealthyPodEvictionPolicy === "AlwaysAllow") return undefined;
    const { currentHealthy = 0, desiredHealthy = 0 } = status;
    if (desiredHealthy > 0 && currentHealthy >= desiredHealthy) return undefined;
  }
  return spend(server, budget, status, pod, call);
}

function spend(
  server: Server,
  budget: PodDisruptionBudget,
  status: PodDisruptionBudgetStatus,
  pod: Pod,
  call: Call,
): Failure | undefined {
  const { name, generation } = budget.metadata;
  if ((status.observedGeneration ?? 0) < (generation ?? 0))
    return refusal(`The disruption budget ${name} is still being processed by the server.`, 10);
  const { disruptionsAllowed = 0, desiredHealthy = 0, currentHealthy = 0 } = status;
  if (disruptionsAllowed <= 0)
    return refusal(
      `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
    );
  const left = disruptionsAllowed - 1;
  const now = timestamp(call.context.now);
  const spent: PodDisruptionBudgetStatus = {
    ...status,
    disruptionsAllowed: left,
    disruptedPods: { ...status.disruptedPods, [pod.metadata.name]: now },
    ...(left === 0 && { conditions: insufficient(status, now) }),
  };
  commit(server, podDisruptionBudget, cast<ApiObject>({ ...budget, status: spent }), call);
  return undefined;
}

function insufficient(
  status: PodDisruptionBudgetStatus,
  now: string,
): NonNullable<PodDisruptionBudgetStatus["conditions"]> {
  const conditions = status.conditions ?? [];
  const old = conditions.find((condition) => condition.type === "DisruptionAllowed");
  const condition = {
    type: "DisruptionAllowed",
    status: "False",
    reason: "InsufficientPods",
    message: "",
    lastTransitionTime: old?.status === "False" ? old.lastTransitionTime : now,
    ...(status.observedGeneration !== undefined && { observedGeneration: status.observedGeneration }),
  };
  return old === undefined
    ? [...conditions, condition]
    : conditions.map((other) => (other === old ? condition : other));
}

function refusal(message: string, retryAfterSeconds?: number): Failure {
  return failure(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: "DisruptionBudget", message }],
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

function withDisruptionTarget(pod: Pod, call: Call): Pod {
  const status = setCondition(pod.status ?? {}, {
    type: "DisruptionTarget",
    status: "True",
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
    lastProbeTime: null,
    lastTransitionTime: timestamp(call.context.now),
  });
  return { ...pod, status };
}
