import type { z } from "zod";
import type { ApiObject } from "../../api/object.ts";
import type { Request } from "../../api/request.ts";
import { failure, refused, success } from "./failure.ts";
import type { StepInput, StepMove, StepProgram, StepReply, StepResult, StepView } from "./step-program.ts";
import { findRequest, foundIn, targetOf } from "./target.ts";
import type { Target, TargetParams } from "./target.ts";

/** What a command makes of the object it found: a write, or the end of the command. */
export type Edit = { readonly write: Request; readonly said: string } | { readonly done: StepResult };

/** A command that reads one object and answers with one write; a conflict makes it read again. */
export interface EditDefinition<P extends TargetParams> {
  readonly name: string;
  readonly params: z.ZodType<P>;
  /** A further read that the decision needs, e.g. the ReplicaSets of a Deployment. */
  related?(params: P, object: ApiObject): Request;
  edit(params: P, object: ApiObject, view: StepView, related: StepReply | undefined): Edit;
}

/** State of such a command. */
export interface EditState<P> {
  readonly phase: "find" | "related" | "write" | "pause";
  readonly params: P;
  readonly target: Target;
  readonly object?: ApiObject;
  readonly said?: string;
}

const CONFLICT_PAUSE_MS = 200;

/** The program of an edit. */
export function editStep<P extends TargetParams>(definition: EditDefinition<P>): StepProgram<P, EditState<P>> {
  return {
    name: definition.name,
    params: definition.params,
    start: (params) => ({ phase: "find", params, target: targetOf(params) }),
    next: (state, input, view) => nextMove(definition, state, input, view),
  };
}

function nextMove<P extends TargetParams>(
  definition: EditDefinition<P>,
  state: EditState<P>,
  input: StepInput,
  view: StepView,
): StepMove<EditState<P>> {
  if (input.type !== "replies") return { state: { ...state, phase: "find" }, requests: [findRequest(state.target)] };
  const reply = input.replies[0];
  switch (state.phase) {
    case "find": {
      const object = foundIn(state.target, reply);
      if (object === undefined) return { state, done: notFound(state.target, reply) };
      if (definition.related === undefined) return decide(definition, state, object, view, undefined);
      return { state: { ...state, phase: "related", object }, requests: [definition.related(state.params, object)] };
    }
    case "related":
      return state.object === undefined
        ? { state, done: failure(undefined) }
        : decide(definition, state, state.object, view, reply);
    default:
      if (refused(reply, "Conflict"))
        return { state: { ...state, phase: "pause" }, waitUntil: view.now + CONFLICT_PAUSE_MS };
      if (reply?.retried === true && (refused(reply, "AlreadyExists") || gone(reply)))
        return { state, done: success(state.said ?? "") };
      return { state, done: reply?.response.ok === true ? success(state.said ?? "") : failure(reply?.response) };
  }
}

function decide<P extends TargetParams>(
  definition: EditDefinition<P>,
  state: EditState<P>,
  object: ApiObject,
  view: StepView,
  related: StepReply | undefined,
): StepMove<EditState<P>> {
  const edit = definition.edit(state.params, object, view, related);
  if ("done" in edit) return { state, done: edit.done };
  return { state: { ...state, phase: "write", object, said: edit.said }, requests: [edit.write] };
}

/** A repeated deletion that finds nothing has been done by its first attempt. */
function gone(reply: StepReply): boolean {
  return refused(reply, "NotFound") && (reply.request.verb === "delete" || reply.request.subresource === "eviction");
}

function notFound(target: Target, reply: StepReply | undefined): StepResult {
  if (target.name === undefined && reply?.response.ok === true) return success("No resources found");
  return failure(reply?.response);
}
