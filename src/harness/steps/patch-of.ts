import type { ApiObject } from "../../api/object.ts";
import type { PatchType, Request } from "../../api/request.ts";
import { placeOf, targetOf } from "./target.ts";
import type { TargetParams } from "./target.ts";

/** A patch of the object that a command found. */
export function patchOf(
  params: TargetParams,
  object: ApiObject,
  patchType: PatchType,
  body: unknown,
  manager: string,
): Request {
  return {
    verb: "patch",
    ...placeOf(targetOf(params).resource, object),
    patchType,
    options: { fieldManager: manager },
    body,
  };
}
