import type { ApiObject } from "../../api/object.ts";
import { controllerOf, objectKey } from "../../api/object.ts";
import type { Request } from "../../api/request.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import type { Millis } from "../../base/units.ts";
import { cast } from "../../base/units.ts";
import type { Disturbance } from "../expectations/expectation.ts";
import { duration, flag, whole } from "../plan/fields.ts";
import { evictionOf } from "./evict.ts";
import { failure, refused } from "./failure.ts";
import type { StepInput, StepMove, StepProgram, StepReply, StepResult, StepView } from "./step-program.ts";
import { findRequest, foundIn, targetOf, targeted } from "./target.ts";
import type { TargetParams } from "./target.ts";

interface DrainParams extends TargetParams {
  /** Drain also pods without a controller. */
  readonly force: boolean;
  /** Drain also pods with an emptyDir volume. */
  readonly deleteEmptyDirData: boolean;
  readonly gracePeriodSeconds?: number;
  /** 0: as long as it takes. */
  readonly timeout: Millis;
}

/** A pod on its way out. */
interface Leaving {
  readonly uid: string;
  readonly pod: ApiObject;
  /** When its eviction is asked for (again); absent once granted. */
  readonly askAt?: Millis;
}

interface DrainState {
  readonly phase: "find" | "cordon" | "list" | "evict" | "poll" | "wait";
  readonly params: DrainParams;
  readonly startedAt: Millis;
  readonly node?: string;
  readonly leaving: readonly Leaving[];
  /** Pods whose evictions are on their way, by position in `leaving`. */
  readonly asked: readonly number[];
}

const RETRY_MS = 5000;
const POLL_MS = 1000;

/** kubectl drain --ignore-daemonsets: cordons, evicts all pods at once, asks again after 5 s where a budget refuses, and waits until they are gone. */
export const drain: StepProgram<DrainParams, DrainState> = {
  name: "drain",
  params: targeted<DrainParams>(["node"], {
    force: flag.default(false),
    deleteEmptyDirData: flag.default(false),
    gracePeriodSeconds: whole(0).exactOptional(),
    timeout: duration.default(0),
  }),
  start: (params, view) => ({ phase: "find", params, startedAt: view.now, leaving: [], asked: [] }),
  next: (state, input, view) => {
    const { timeout } = state.params;
    if (timeout > 0 && view.now >= state.startedAt + timeout)
      return end(state, view, {
        ok: false,
        message: `error: unable to drain node "${state.node ?? ""}" due to error: global timeout reached: ${timeout / 1000}s`,
      });
    return onInput(state, input, view);
  },
};

function onInput(state: DrainState, input: StepInput, view: StepView): StepMove<DrainState> {
  const target = targetOf(state.params);
  if (input.type === "begin") return { state, requests: [findRequest(target)] };
  if (input.type === "wake") return evictOrPoll(state, view);
  const [reply] = input.replies;
  switch (state.phase) {
    case "find": {
      const node = foundIn(target, reply);
      if (node === undefined)
        return {
          state,
          done: reply?.response.ok === true ? { ok: true, message: "No resources found" } : failure(reply?.response),
        };
      return cordoning({ ...state, node: node.metadata.name }, node, view);
    }
    case "cordon":
      if (reply?.response.ok !== true) return end(state, view, failure(reply?.response));
      return { state: { ...state, phase: "list" }, requests: [podsOn(state)] };
    case "list":
      return listed(state, reply, view);
    case "evict":
      return evicted(state, input.replies, view);
    default:
      return polled(state, reply, view);
  }
}

function cordoning(state: DrainState, node: ApiObject, view: StepView): StepMove<DrainState> {
  const disturbances = [disturbance(state, view)];
  if (cast<Node>(node).spec?.unschedulable === true)
    return { state: { ...state, phase: "list" }, requests: [podsOn(state)], disturbances };
  const request: Request = {
    verb: "patch",
    resource: "nodes",
    name: node.metadata.name,
    patchType: "strategic",
    options: { fieldManager: "kubectl-drain" },
    body: { spec: { unschedulable: true } },
  };
  return { state: { ...state, phase: "cordon" }, requests: [request], disturbances };
}

function listed(state: DrainState, reply: StepReply | undefined, view: StepView): StepMove<DrainState> {
  const pods = podsIn(reply);
  if (pods === undefined) return end(state, view, failure(reply?.response));
  const leaving: Leaving[] = [];
  const blocked: string[] = [];
  for (const pod of pods) {
    const why = filterPod(pod, state.params);
    if (why === "drain") leaving.push({ uid: pod.metadata.uid, pod, askAt: view.now });
    else if (why !== "skip") blocked.push(`${objectKey(pod)} (${why})`);
  }
  if (blocked.length > 0)
    return end(state, view, {
      ok: false,
      message: `error: unable to drain node "${state.node ?? ""}" due to error: cannot delete ${blocked.join(", ")}`,
    });
  return evictOrPoll({ ...state, leaving }, view);
}

/** kubectl's pod filters: DaemonSet and mirror pods stay; pods that would be lost for good block the drain. */
function filterPod(pod: ApiObject, params: DrainParams): "drain" | "skip" | string {
  const { spec, status } = cast<Pod>(pod);
  if (pod.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) return "skip";
  const finished = status?.phase === "Succeeded" || status?.phase === "Failed";
  const controller = controllerOf(pod);
  if (controller?.kind === "DaemonSet" && !finished) return "skip";
  if (finished) return "drain";
  if (!params.deleteEmptyDirData && (spec?.volumes ?? []).some((volume) => volume.emptyDir !== undefined))
    return "use --delete-emptydir-data to override";
  if (controller === undefined && !params.force) return "use --force to override";
  return "drain";
}

function evictOrPoll(state: DrainState, view: StepView): StepMove<DrainState> {
  if (state.leaving.length === 0) return end(state, view, { ok: true, message: `node/${state.node ?? ""} drained` });
  const asked: number[] = [];
  for (const [i, leaving] of state.leaving.entries())
    if (leaving.askAt !== undefined && leaving.askAt <= view.now) asked.push(i);
  if (asked.length === 0) return { state: { ...state, phase: "poll" }, requests: [podsOn(state)] };
  const requests = asked.flatMap((i) => {
    const leaving = state.leaving[i];
    return leaving === undefined ? [] : [evictionOf(leaving.pod, state.params.gracePeriodSeconds)];
  });
  return { state: { ...state, phase: "evict", asked }, requests };
}

function evicted(state: DrainState, replies: readonly StepReply[], view: StepView): StepMove<DrainState> {
  const leaving = [...state.leaving];
  const gone = new Set<number>();
  for (const [slot, i] of state.asked.entries()) {
    const reply = replies[slot];
    const one = leaving[i];
    if (one === undefined || reply === undefined) continue;
    if (reply.response.ok) leaving[i] = { uid: one.uid, pod: one.pod };
    else if (refused(reply, "NotFound")) gone.add(i);
    else if (refused(reply, "TooManyRequests")) leaving[i] = { ...one, askAt: view.now + RETRY_MS };
    else return end(state, view, failure(reply.response));
  }
  return pause({ ...state, asked: [], leaving: leaving.filter((_one, i) => !gone.has(i)) }, view);
}

function polled(state: DrainState, reply: StepReply | undefined, view: StepView): StepMove<DrainState> {
  const pods = podsIn(reply);
  if (pods === undefined) return pause(state, view);
  const there = new Set(pods.map((pod) => pod.metadata.uid));
  return pause({ ...state, leaving: state.leaving.filter((one) => there.has(one.uid)) }, view);
}

function pause(state: DrainState, view: StepView): StepMove<DrainState> {
  if (state.leaving.length === 0) return evictOrPoll(state, view);
  return { state: { ...state, phase: "wait" }, waitUntil: view.now + POLL_MS };
}

function end(state: DrainState, view: StepView, done: StepResult): StepMove<DrainState> {
  if (state.node === undefined) return { state, done };
  return { state, done, disturbances: [disturbance(state, view, view.now)] };
}

function disturbance(state: DrainState, view: StepView, until?: Millis): Disturbance {
  const node = state.node ?? "";
  return {
    id: `step-${view.index}`,
    kind: "drain",
    what: `${node} was drained`,
    at: state.startedAt,
    nodes: [node],
    ...(until !== undefined && { until }),
  };
}

function podsOn(state: DrainState): Request {
  return { verb: "list", resource: "pods", options: { fieldSelector: `spec.nodeName=${state.node ?? ""}` } };
}

function podsIn(reply: StepReply | undefined): readonly ApiObject[] | undefined {
  const response = reply?.response;
  return response !== undefined && response.ok && "list" in response ? response.list.items : undefined;
}
