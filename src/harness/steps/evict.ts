import type { ApiObject } from "../../api/object.ts";
import type { Request } from "../../api/request.ts";
import { whole } from "../plan/fields.ts";
import { editStep } from "./edit.ts";
import type { EditState } from "./edit.ts";
import type { StepProgram } from "./step-program.ts";
import { targeted } from "./target.ts";
import type { TargetParams } from "./target.ts";

interface EvictParams extends TargetParams {
  readonly gracePeriodSeconds?: number;
}

/** One eviction of a pod, as any client may ask for it; a budget's refusal (429) ends the step. */
export const evict: StepProgram<EvictParams, EditState<EvictParams>> = editStep({
  name: "evict",
  params: targeted<EvictParams>(["pod"], { gracePeriodSeconds: whole(0).exactOptional() }),
  edit: (params, object) => ({
    write: evictionOf(object, params.gracePeriodSeconds),
    said: `pod "${object.metadata.name}" evicted`,
  }),
});

/** The request to evict `pod`. */
export function evictionOf(pod: ApiObject, gracePeriodSeconds?: number): Request {
  const { name, namespace = "default" } = pod.metadata;
  const deleteOptions = gracePeriodSeconds === undefined ? {} : { deleteOptions: { gracePeriodSeconds } };
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace }, ...deleteOptions };
  return { verb: "create", resource: "pods", namespace, name, subresource: "eviction", body };
}
