import type { ApiObject } from "../../api/object.ts";
import type { Deployment } from "../../api/types/apps-v1.ts";
import type { Millis } from "../../base/units.ts";
import { cast } from "../../base/units.ts";
import { duration } from "../plan/fields.ts";
import { failure } from "./failure.ts";
import type { StepProgram } from "./step-program.ts";
import { findRequest, foundIn, targetOf, targeted } from "./target.ts";
import type { TargetParams } from "./target.ts";

interface StatusParams extends TargetParams {
  readonly timeout: Millis;
}

interface StatusState {
  readonly params: StatusParams;
  readonly startedAt: Millis;
}

const POLL_MS = 2000;

/** kubectl rollout status: ends when the rollout is complete or its progress deadline is exceeded. */
export const rolloutStatus: StepProgram<StatusParams, StatusState> = {
  name: "rollout-status",
  params: targeted<StatusParams>(["deployment"], { timeout: duration.default(600_000) }),
  start: (params, view) => ({ params, startedAt: view.now }),
  next(state, input, view) {
    const target = targetOf(state.params);
    if (input.type !== "replies") return { state, requests: [findRequest(target)] };
    const [reply] = input.replies;
    const object = foundIn(target, reply);
    if (object === undefined)
      return {
        state,
        done: reply?.response.ok === true ? { ok: true, message: "No resources found" } : failure(reply?.response),
      };
    const { name } = object.metadata;
    if (rolloutComplete(object))
      return { state, done: { ok: true, message: `deployment "${name}" successfully rolled out` } };
    if (deadlineExceeded(object))
      return { state, done: { ok: false, message: `error: deployment "${name}" exceeded its progress deadline` } };
    if (view.now + POLL_MS > state.startedAt + state.params.timeout)
      return { state, done: { ok: false, message: "error: timed out waiting for the condition" } };
    return { state, waitUntil: view.now + POLL_MS };
  },
};

/** Whether the newest template runs everywhere and nothing else does (kubectl's DeploymentStatusViewer). */
export function rolloutComplete(object: ApiObject): boolean {
  const { metadata, spec, status } = cast<Deployment>(object);
  const wanted = spec?.replicas ?? 1;
  const updated = status?.updatedReplicas ?? 0;
  return (
    (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    updated >= wanted &&
    (status?.replicas ?? 0) <= updated &&
    (status?.availableReplicas ?? 0) >= updated
  );
}

function deadlineExceeded(object: ApiObject): boolean {
  const { metadata, status } = cast<Deployment>(object);
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) return false;
  return (status?.conditions ?? []).some(
    (condition) => condition.type === "Progressing" && condition.reason === "ProgressDeadlineExceeded",
  );
}
