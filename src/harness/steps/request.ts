import { z } from "zod";
import type { PatchType, Request, RequestOptions, Verb } from "../../api/request.ts";
import { cast } from "../../base/units.ts";
import { text, word } from "../plan/fields.ts";
import { failure } from "./failure.ts";
import type { StepProgram } from "./step-program.ts";

/** A client's write as it was sent: what a session with a served cluster is saved as. */
export interface RequestParams {
  readonly verb: Verb;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  readonly patchType?: PatchType;
  readonly options?: RequestOptions;
  readonly body?: unknown;
}

/** One request of any client. */
export const request: StepProgram<RequestParams, Request> = {
  name: "request",
  params: cast<z.ZodType<RequestParams>>(
    z.strictObject({
      verb: word("create", "update", "patch", "delete", "deletecollection"),
      resource: text,
      namespace: text.exactOptional(),
      name: text.exactOptional(),
      subresource: text.exactOptional(),
      patchType: word("json", "merge", "strategic", "apply").exactOptional(),
      options: z.record(z.string(), z.unknown()).exactOptional(),
      body: z.unknown().exactOptional(),
    }),
  ),
  start: (params) => params,
  next(state, input) {
    if (input.type !== "replies") return { state, requests: [state] };
    const response = input.replies[0]?.response;
    const ok = response?.ok === true;
    const message = ok ? `${state.verb} ${state.resource} ${state.name ?? ""}` : failure(response).message;
    return { state, done: { ok, message } };
  },
};
