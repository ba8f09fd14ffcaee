import { cast } from "../../base/units.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Failure } from "../failure.ts";
import { isFailure } from "../failure.ts";
import type { Kind } from "../kind.ts";
import type { Call, Server } from "../server-state.ts";
import { addDefaultTolerations } from "./default-toleration-seconds.ts";
import { namespaceProblem } from "./namespace-lifecycle.ts";
import { resolvePriority } from "./priority.ts";
import { addServiceAccount } from "./service-account.ts";

/** Mutating admission of a new object, before validation: the object as it will be, or why not. */
export function admitCreate(server: Server, kind: Kind, object: ApiObject, call: Call): ApiObject | Failure {
  if (kind.namespaced) {
    const problem = namespaceProblem(server, kind, object);
    if (problem !== undefined) return problem;
  }
  if (kind.plural !== "pods") return object;
  const named = addServiceAccount(server, kind, cast<Pod>(object), call);
  if (isFailure(named)) return named;
  const ranked = resolvePriority(server, kind, named);
  if (isFailure(ranked)) return ranked;
  return cast<ApiObject>(addDefaultTolerations(ranked));
}

/** Mutating admission of an update. */
export function admitUpdate(_server: Server, kind: Kind, object: ApiObject, _stored: ApiObject, _call: Call): ApiObject | Failure {
  return kind.plural === "pods" ? cast<ApiObject>(addDefaultTolerations(cast<Pod>(object))) : object;
}

/** Validating admission, after validation: why a write is refused. */
export function admitWrite(_server: Server, _kind: Kind, _object: ApiObject, _stored: ApiObject | undefined, _call: Call): Failure | undefined {
  return undefined;
}
