import { z } from "zod";
import type { ApiObject } from "../../api/object.ts";
import { objectKey } from "../../api/object.ts";
import type { Request } from "../../api/request.ts";
import type { Deployment } from "../../api/types/apps-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { selectorMatches } from "../../api/label-selector.ts";
import { compareText } from "../../base/order.ts";
import type { Millis } from "../../base/units.ts";
import { cast } from "../../base/units.ts";
import { duration, text, whole } from "../plan/fields.ts";
import type { CheckResult } from "./check-result.ts";
import type { StepMove, StepProgram, StepReply, StepView } from "./step-program.ts";
import { trafficCheck } from "./traffic-check.ts";
import type { TrafficCheck } from "./traffic-check.ts";

/** What kubectl get must show at that time, or within `within` after it. */
interface CheckParams {
  readonly namespace: string;
  readonly deployment?: string;
  /** READY, "3/4". */
  readonly ready?: string;
  /** UP-TO-DATE. */
  readonly upToDate?: number;
  /** AVAILABLE. */
  readonly available?: number;
  /** Pods by labels: of the Deployment's selector if it is named, else of `selector`. */
  readonly selector?: string;
  /** Number of pods that are not being deleted. */
  readonly pods?: number;
  /** Number of pods that have a node, or are on the one that is named. */
  readonly scheduled?: number;
  readonly node?: string;
  /** Number of pods with a container that waits for one of the reasons. */
  readonly podsWaiting?: { readonly reasons: readonly string[]; readonly count: number };
  /** Image of the first container of every pod that is ready. */
  readonly image?: string;
  readonly traffic?: TrafficCheck;
  /** 0 (the default): at once; else it is looked at every second until it holds. */
  readonly within: Millis;
}

interface CheckState {
  readonly params: CheckParams;
  readonly startedAt: Millis;
}

const POLL_MS = 1000;

const params: z.ZodType<CheckParams> = z
  .strictObject({
    namespace: text.default("default"),
    deployment: text.exactOptional(),
    ready: z
      .string()
      .regex(/^\d+\/\d+$/, { error: 'expected ready/desired such as "3/4"' })
      .exactOptional(),
    upToDate: whole(0).exactOptional(),
    available: whole(0).exactOptional(),
    selector: text.exactOptional(),
    pods: whole(0).exactOptional(),
    scheduled: whole(0).exactOptional(),
    node: text.exactOptional(),
    podsWaiting: z.strictObject({ reasons: z.array(text), count: whole(0) }).exactOptional(),
    image: text.exactOptional(),
    traffic: trafficCheck.exactOptional(),
    within: duration.default(0),
  })
  .refine((given) => given.deployment !== undefined || given.selector !== undefined || given.traffic !== undefined, {
    error: "expected a deployment, a selector or traffic to check",
  });

/** Looks at the API at a time of the plan, as a user does with kubectl get. */
export const check: StepProgram<CheckParams, CheckState> = {
  name: "check",
  params,
  start: (given, view) => ({ params: given, startedAt: view.now }),
  next(state, input, view) {
    const looks = state.params.deployment !== undefined || state.params.selector !== undefined;
    if (!looks) return concluded(state, undefined, view);
    if (input.type !== "replies") return { state, requests: reads(state.params) };
    const problem = problemIn(state.params, input.replies);
    if (problem !== undefined && view.now + POLL_MS <= state.startedAt + state.params.within)
      return { state, waitUntil: view.now + POLL_MS };
    return concluded(state, problem, view);
  },
};

function concluded(state: CheckState, problem: string | undefined, view: StepView): StepMove<CheckState> {
  const { deployment, selector } = state.params;
  const base = { at: view.now, step: view.index };
  const checks: CheckResult[] = [];
  if (deployment !== undefined || selector !== undefined) {
    const about = deployment === undefined ? `What matches ${selector ?? ""}` : `Deployment ${deployment}`;
    checks.push({
      ...base,
      verdict: problem === undefined ? "held" : "failed",
      sentence: problem ?? `${about} is as expected.`,
    });
  }
  const { traffic } = state.params;
  if (traffic !== undefined)
    checks.push({
      ...base,
      verdict: "open",
      traffic,
      sentence: `${traffic.count} connections to Service ${traffic.service} reach ${traffic.reaches} pods.`,
    });
  return { state, checks, done: { ok: problem === undefined, message: problem ?? "as expected" } };
}

function reads(given: CheckParams): Request[] {
  const { namespace } = given;
  const pods: Request = {
    verb: "list",
    resource: "pods",
    namespace,
    ...(given.deployment === undefined &&
      given.selector !== undefined && { options: { labelSelector: given.selector } }),
  };
  return given.deployment === undefined
    ? [pods]
    : [pods, { verb: "get", resource: "deployments.apps", namespace, name: given.deployment }];
}

/** The first difference between what is expected and what is there, as a sentence. */
function problemIn(given: CheckParams, replies: readonly StepReply[]): string | undefined {
  const [list, found] = replies.map((reply) => reply.response);
  if (list === undefined || !list.ok || !("list" in list)) return "The pods cannot be listed.";
  if (given.deployment === undefined) return podProblem(given, list.list.items);
  if (found === undefined || !found.ok || !("object" in found))
    return `Expected Deployment ${given.deployment}, found none.`;
  const deployment = cast<Deployment>(found.object);
  const own = list.list.items.filter((pod) => selectorMatches(deployment.spec?.selector, pod.metadata.labels));
  return deploymentProblem(given, deployment) ?? podProblem(given, own);
}

function deploymentProblem(given: CheckParams, { spec, status }: Deployment): string | undefined {
  const ready = `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 1}`;
  const columns: readonly (readonly [string, unknown, unknown])[] = [
    ["READY", given.ready, ready],
    ["UP-TO-DATE", given.upToDate, status?.updatedReplicas ?? 0],
    ["AVAILABLE", given.available, status?.availableReplicas ?? 0],
  ];
  const wrong = columns.find(([, wanted, found]) => wanted !== undefined && wanted !== found);
  return wrong === undefined
    ? undefined
    : `Expected ${wrong[0]} ${String(wrong[1])} of Deployment ${given.deployment ?? ""}, found ${String(wrong[2])}.`;
}

function podProblem(given: CheckParams, items: readonly ApiObject[]): string | undefined {
  const pods = items
    .filter((pod) => pod.metadata.deletionTimestamp === undefined)
    .toSorted((a, b) => compareText(objectKey(a), objectKey(b)));
  if (given.pods !== undefined && given.pods !== pods.length)
    return `Expected ${given.pods} pods, found ${pods.length}.`;
  const scheduled = pods.filter((pod) => isOn(cast<Pod>(pod), given.node)).length;
  if (given.scheduled !== undefined && given.scheduled !== scheduled)
    return `Expected ${given.scheduled} pods ${given.node === undefined ? "with a node" : `on ${given.node}`}, found ${scheduled}.`;
  if (given.podsWaiting !== undefined) {
    const { reasons, count } = given.podsWaiting;
    const waiting = pods.filter((pod) => waitingReasons(pod).some((reason) => reasons.includes(reason)));
    if (waiting.length !== count) return `Expected ${count} pods in ${reasons.join(" or ")}, found ${waiting.length}.`;
  }
  if (given.image === undefined) return undefined;
  const other = pods.find((pod) => isReady(pod) && cast<Pod>(pod).spec?.containers[0]?.image !== given.image);
  return other === undefined
    ? undefined
    : `Expected image ${given.image} in every ready pod, found ${cast<Pod>(other).spec?.containers[0]?.image ?? "none"} in ${other.metadata.name}.`;
}

function isOn({ spec }: Pod, node: string | undefined): boolean {
  const { nodeName = "" } = spec;
  return node === undefined ? nodeName !== "" : nodeName === node;
}

function waitingReasons(pod: ApiObject): string[] {
  return (cast<Pod>(pod).status?.containerStatuses ?? []).flatMap(
    (container) => container.state?.waiting?.reason ?? [],
  );
}

function isReady(pod: ApiObject): boolean {
  return (cast<Pod>(pod).status?.conditions ?? []).some(
    (condition) => condition.type === "Ready" && condition.status === "True",
  );
}
