import type { ApiObject, Manifest } from "../../api/object.ts";
import type { Request } from "../../api/request.ts";
import { cast } from "../../base/units.ts";
import { failure, refused } from "./failure.ts";
import { called, noMatch, placeOfKind } from "./kinds.ts";
import type { KindPlace } from "./kinds.ts";
import { LAST_APPLIED, annotated } from "./last-applied.ts";
import { manifestsParams } from "./manifests-params.ts";
import type { ManifestsParams } from "./manifests-params.ts";
import type { StepMove, StepProgram, StepReply } from "./step-program.ts";
import { structOf, threeWayPatch } from "./three-way.ts";

/** Which manifest is being applied, and how far it has come. */
export interface ApplyState {
  readonly params: ManifestsParams;
  readonly next: number;
  readonly phase: "get" | "write";
  readonly errors: readonly string[];
}

const options = { fieldManager: "kubectl-client-side-apply", fieldValidation: "Strict" } as const;

/** kubectl apply -f: creates what is missing, patches what differs from the last applied configuration. */
export const apply: StepProgram<ManifestsParams, ApplyState> = {
  name: "apply",
  params: manifestsParams,
  start: (params) => ({ params, next: 0, phase: "get", errors: [] }),
  next(state, input) {
    if (input.type !== "replies") return readNext(state);
    const reply = input.replies[0];
    const manifest = state.params.manifests[state.next];
    const place = manifest === undefined ? undefined : placeOfKind(manifest);
    if (manifest === undefined || place === undefined)
      return readNext({ ...state, next: state.next + 1, phase: "get" });
    if (state.phase === "write") return written(state, manifest, reply);
    if (refused(reply, "NotFound")) return write(state, createRequest(manifest, place, state.params));
    if (reply === undefined || !reply.response.ok || !("object" in reply.response))
      return failed(state, manifest, reply);
    const patch = patchRequest(manifest, reply.response.object, place, state.params);
    return patch === undefined ? readNext({ ...state, next: state.next + 1 }) : write(state, patch);
  },
};

function readNext(state: ApplyState): StepMove<ApplyState> {
  const errors = [...state.errors];
  for (let next = state.next; next < state.params.manifests.length; next += 1) {
    const manifest = state.params.manifests[next];
    if (manifest === undefined) continue;
    const place = placeOfKind(manifest);
    if (place === undefined) {
      errors.push(noMatch(manifest));
      continue;
    }
    const request: Request = {
      verb: "get",
      ...placeFields(manifest, place, state.params),
      name: manifest.metadata.name ?? "",
    };
    return { state: { ...state, next, phase: "get", errors }, requests: [request] };
  }
  const count = state.params.manifests.length;
  const done =
    errors.length === 0
      ? { ok: true, message: `${count} object${count === 1 ? "" : "s"} applied` }
      : { ok: false, message: errors.join("\n") };
  return { state: { ...state, next: count, errors }, done };
}

function write(state: ApplyState, request: Request): StepMove<ApplyState> {
  return { state: { ...state, phase: "write" }, requests: [request] };
}

function written(state: ApplyState, manifest: Manifest, reply: StepReply | undefined): StepMove<ApplyState> {
  // Somebody else, or an unanswered first attempt, was quicker: look again.
  if (refused(reply, "Conflict") || refused(reply, "AlreadyExists")) return readNext({ ...state, phase: "get" });
  if (reply?.response.ok !== true) return failed(state, manifest, reply);
  return readNext({ ...state, next: state.next + 1, phase: "get" });
}

function failed(state: ApplyState, manifest: Manifest, reply: StepReply | undefined): StepMove<ApplyState> {
  const error = `${called(manifest)}: ${failure(reply?.response).message}`;
  return readNext({ ...state, next: state.next + 1, phase: "get", errors: [...state.errors, error] });
}

function createRequest(manifest: Manifest, place: KindPlace, params: ManifestsParams): Request {
  return {
    verb: "create",
    ...placeFields(manifest, place, params),
    options,
    body: annotated(manifest, placeFields(manifest, place, params).namespace),
  };
}

function patchRequest(
  manifest: Manifest,
  current: ApiObject,
  place: KindPlace,
  params: ManifestsParams,
): Request | undefined {
  const modified = annotated(manifest, placeFields(manifest, place, params).namespace);
  const applied = current.metadata.annotations?.[LAST_APPLIED];
  if (
    applied !== undefined &&
    applied === modified.metadata.annotations?.[LAST_APPLIED] &&
    unchanged(modified, current)
  )
    return undefined;
  const original: unknown = applied === undefined ? undefined : JSON.parse(applied);
  const patch = threeWayPatch(original, modified, cast(current), structOf(manifest.apiVersion, manifest.kind));
  if (patch === undefined) return undefined;
  const { name, namespace } = current.metadata;
  return {
    verb: "patch",
    resource: place.resource,
    name,
    ...(place.namespaced && namespace !== undefined && { namespace }),
    patchType: "strategic",
    options,
    body: patch,
  };
}

function unchanged(modified: Manifest, current: ApiObject): boolean {
  return threeWayPatch(undefined, modified, cast(current), structOf(modified.apiVersion, modified.kind)) === undefined;
}

/** Resource and namespace of a manifest. */
export function placeFields(
  manifest: Manifest,
  place: KindPlace,
  params: ManifestsParams,
): { resource: string; namespace?: string } {
  return {
    resource: place.resource,
    ...(place.namespaced && { namespace: manifest.metadata.namespace ?? params.namespace ?? "default" }),
  };
}
