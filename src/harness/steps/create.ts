import type { Manifest } from "../../api/object.ts";
import type { Request } from "../../api/request.ts";
import { placeFields } from "./apply.ts";
import { failure, refused } from "./failure.ts";
import { called, noMatch, placeOfKind } from "./kinds.ts";
import type { KindPlace } from "./kinds.ts";
import { manifestsParams } from "./manifests-params.ts";
import type { ManifestsParams } from "./manifests-params.ts";
import type { StepMove, StepProgram, StepReply } from "./step-program.ts";

/** Which manifest is being sent. */
export interface SendState {
  readonly params: ManifestsParams;
  readonly next: number;
  readonly errors: readonly string[];
}

/** kubectl create -f. */
export const create: StepProgram<ManifestsParams, SendState> = sendEach(
  "create",
  (manifest, place, params) => ({
    verb: "create",
    ...placeFields(manifest, place, params),
    options: { fieldManager: "kubectl-create", fieldValidation: "Strict" },
    body: manifest,
  }),
  "AlreadyExists",
);

/** kubectl delete -f; does not wait for finalizers. */
export const deleteManifests: StepProgram<ManifestsParams, SendState> = sendEach(
  "delete",
  (manifest, place, params) => ({
    verb: "delete",
    ...placeFields(manifest, place, params),
    name: manifest.metadata.name ?? "",
    options: { propagationPolicy: "Background" },
  }),
  "NotFound",
);

/** A command that sends one request a manifest, in order; a repeated request may be refused for having been done. */
function sendEach(
  name: string,
  requestOf: (manifest: Manifest, place: KindPlace, params: ManifestsParams) => Request,
  doneBefore: "AlreadyExists" | "NotFound",
): StepProgram<ManifestsParams, SendState> {
  const send = (state: SendState): StepMove<SendState> => {
    const errors = [...state.errors];
    for (let next = state.next; next < state.params.manifests.length; next += 1) {
      const manifest = state.params.manifests[next];
      if (manifest === undefined) continue;
      const place = placeOfKind(manifest);
      if (place !== undefined)
        return { state: { ...state, next, errors }, requests: [requestOf(manifest, place, state.params)] };
      errors.push(noMatch(manifest));
    }
    return {
      state: { ...state, errors },
      done: {
        ok: errors.length === 0,
        message: errors.length === 0 ? `${state.params.manifests.length} objects: ${name}` : errors.join("\n"),
      },
    };
  };
  const record = (state: SendState, reply: StepReply | undefined): SendState => {
    const manifest = state.params.manifests[state.next];
    const ok = reply?.response.ok === true || (reply?.retried === true && refused(reply, doneBefore));
    const errors =
      ok || manifest === undefined
        ? state.errors
        : [...state.errors, `${called(manifest)}: ${failure(reply?.response).message}`];
    return { ...state, next: state.next + 1, errors };
  };
  return {
    name,
    params: manifestsParams,
    start: (params) => ({ params, next: 0, errors: [] }),
    next: (state, input) => send(input.type === "replies" ? record(state, input.replies[0]) : state),
  };
}
