import type { Request } from "../../api/request.ts";
import type { Node, NodeStatus } from "../../api/types/core-v1.ts";
import { timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import { quantity } from "../plan/fields.ts";
import { failure, refused, success } from "./failure.ts";
import type { StepInput, StepMove, StepProgram, StepView } from "./step-program.ts";
import { findRequest, foundIn, targetOf, targeted } from "./target.ts";
import type { Target, TargetParams } from "./target.ts";

interface ReplaceParams extends TargetParams {
  /** CPUs of the machine that comes: a quantity of at most what the machine has. */
  readonly cpu: string;
}

/** Where the command stands. */
interface ReplaceState {
  readonly phase: "find" | "delete" | "create";
  readonly params: ReplaceParams;
  readonly target: Target;
  readonly node?: Node;
}

/** A machine goes, and a smaller one comes under its name: the Node is deleted and registered anew, uncordoned. */
export const replaceNode: StepProgram<ReplaceParams, ReplaceState> = {
  name: "replace-node",
  params: targeted<ReplaceParams>(["node"], { cpu: quantity }),
  start: (params) => ({ phase: "find", params, target: targetOf(params) }),
  next: nextMove,
};

function nextMove(state: ReplaceState, input: StepInput, { now }: StepView): StepMove<ReplaceState> {
  const { phase, target, params } = state;
  if (input.type !== "replies") return { state, requests: [findRequest(target)] };
  const reply = input.replies[0];
  if (phase === "find") {
    const node = cast<Node | undefined>(foundIn(target, reply));
    if (node === undefined)
      return { state, done: reply?.response.ok === true ? success("No resources found") : failure(reply?.response) };
    const request: Request = { verb: "delete", resource: "nodes", name: node.metadata.name };
    return { state: { ...state, phase: "delete", node }, requests: [request] };
  }
  const gone = reply?.response.ok === true || refused(reply, "NotFound");
  if (phase === "delete" && gone && state.node !== undefined)
    return { state: { ...state, phase: "create" }, requests: [registration(state.node, params.cpu, now)] };
  const done = phase === "create" && (reply?.response.ok === true || refused(reply, "AlreadyExists"));
  return { state, done: done ? success(`node/${state.node?.metadata.name} replaced`) : failure(reply?.response) };
}

/** What the kubelet of the new machine writes first: all that the old one had told of itself, with another size. */
function registration({ metadata, spec, status }: Node, cpu: string, now: Millis): Request {
  const taints = (spec.taints ?? []).filter(({ key }) => !key.startsWith("node.kubernetes.io/"));
  const { podCIDR, podCIDRs } = spec;
  const size = (of: NodeStatus["capacity"]): NodeStatus["capacity"] => ({ ...of, cpu });
  const at = timestamp(now);
  const body = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: metadata.name, ...(metadata.labels !== undefined && { labels: metadata.labels }) },
    spec: {
      ...(podCIDR !== undefined && { podCIDR }),
      ...(podCIDRs !== undefined && { podCIDRs }),
      ...(taints.length > 0 && { taints }),
    },
    status: {
      ...status,
      capacity: size(status?.capacity),
      allocatable: size(status?.allocatable),
      conditions: (status?.conditions ?? []).map((one) => ({ ...one, lastHeartbeatTime: at })),
    },
  };
  return { verb: "create", resource: "nodes", body };
}
