import type { Response } from "../api/request.ts";
import type { Status, StatusCause, StatusReason } from "../api/status.ts";
import type { Kind } from "./kind.ts";

/** A refused request; also a Response. */
export type Failure = Extract<Response, { readonly ok: false }>;

/** Tells a failure from the object that was hoped for. */
export function isFailure<T extends object>(value: T | Failure): value is Failure {
  return "ok" in value && value.ok === false;
}

/** A failure with the given Status fields. */
export function failure(code: number, reason: StatusReason, message: string, details?: Status["details"]): Failure {
  const status: Status = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    ...(reason !== "" && { reason }),
    ...(details !== undefined && { details }),
    code,
  };
  return { ok: false, status };
}

/** "pods" or "deployments.apps": resource with group. */
export function resourceText(kind: Kind): string {
  return kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
}

/** "Pod" or "Deployment.apps": kind with group. */
export function kindText(kind: Kind): string {
  return kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`;
}

function details(kind: Kind, name: string, what: string): NonNullable<Status["details"]> {
  return { kind: what, ...(name !== "" && { name }), ...(kind.group !== "" && { group: kind.group }) };
}

export function notFound(kind: Kind, name: string): Failure {
  return failure(404, "NotFound", `${resourceText(kind)} "${name}" not found`, details(kind, name, kind.plural));
}

export function alreadyExists(kind: Kind, name: string, deleting: boolean): Failure {
  const prefix = deleting ? "object is being deleted: " : "";
  return failure(
    409,
    "AlreadyExists",
    `${prefix}${resourceText(kind)} "${name}" already exists`,
    details(kind, name, kind.plural),
  );
}

/** A conflict of storage: `why` ends the sentence. */
export function conflict(kind: Kind, name: string, why: string): Failure {
  const message = `Operation cannot be fulfilled on ${resourceText(kind)} "${name}": ${why}`;
  return failure(409, "Conflict", message, details(kind, name, kind.plural));
}

export const MODIFIED = "the object has been modified; please apply your changes to the latest version and try again";

/** A conflict with a delete precondition: names the Kind, not the resource. */
export function preconditionConflict(kind: Kind, name: string, why: string): Failure {
  const message = `Operation cannot be fulfilled on ${kindText(kind)} "${name}": ${why}`;
  return failure(409, "Conflict", message, details(kind, name, kind.kind));
}

export function forbidden(kind: Kind, name: string, why: string, causes?: readonly StatusCause[]): Failure {
  const subject = name === "" ? resourceText(kind) : `${resourceText(kind)} "${name}"`;
  const base = details(kind, name, kind.plural);
  return failure(
    403,
    "Forbidden",
    `${subject} is forbidden: ${why}`,
    causes === undefined ? base : { ...base, causes },
  );
}

export function badRequest(message: string): Failure {
  return failure(400, "BadRequest", message);
}

export function internalError(message: string): Failure {
  return failure(500, "InternalError", `Internal error occurred: ${message}`, { causes: [{ message }] });
}

/** A 500 that upstream answers for errors without a status of their own. */
export function plainError(message: string): Failure {
  return failure(500, "", message);
}

/** Invalid with the collected causes; texts that repeat are said once in the message. */
export function invalid(kindName: string, group: string, name: string, causes: readonly StatusCause[]): Failure {
  const texts = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))];
  const joined = texts.length === 1 ? texts.join("") : `[${texts.join(", ")}]`;
  const full = group === "" ? kindName : `${kindName}.${group}`;
  return failure(422, "Invalid", `${full} "${name}" is invalid: ${joined}`, {
    ...(name !== "" && { name }),
    ...(group !== "" && { group }),
    kind: kindName,
    causes,
  });
}

export const METHOD_NOT_ALLOWED: Failure = failure(
  405,
  "MethodNotAllowed",
  "the server does not allow this method on the requested resource",
  {},
);

export const UNKNOWN_RESOURCE: Failure = failure(
  404,
  "NotFound",
  "the server could not find the requested resource",
  {},
);
